import { callOf, type CallReference, type SavedCall, type SavedNetwork } from '../saved-network';
import type { Dialect } from './dialect';
import { describeLayer } from './layer-description';

/**
 * Describes a network as Keras's `model.to_json()` does.
 * @param format names what is written in the sentence of a `Refusal`
 */
export function describeModel(network: SavedNetwork, dialect: Dialect, format: string): object {
  const modern = dialect === 'Keras 3';
  const layers = network.layers.map((layer) => {
    const { className, config } = describeLayer(layer, dialect, format);
    const calls = layer.operation.kind === 'input' ? [] : layer.calls;
    return {
      ...(modern ? { module: 'keras.layers', registered_name: null } : {}),
      class_name: className,
      name: layer.name,
      config,
      inbound_nodes: calls.map(modern ? modernCall : olderCall),
    };
  });
  const config = {
    name: modelName(network.name),
    ...(modern ? { trainable: true } : {}),
    layers,
    input_layers: network.inputs.map(referenceTo),
    output_layers: network.outputs.map(referenceTo),
  };
  return modern
    ? {
        module: 'keras.src.models.functional',
        class_name: 'Functional',
        config,
        registered_name: 'Functional',
      }
    : // What TensorFlow.js of every age and Keras before 2.3 know.
      { class_name: dialect === 'TensorFlow.js' ? 'Model' : 'Functional', config };
}

function referenceTo({ layer, call }: CallReference): readonly [string, number, number] {
  return [layer.name, call, 0];
}

/** Of Keras 1 and 2: `[[layer, node, tensor, arguments], ...]`. */
function olderCall({ inputs }: SavedCall): unknown {
  return inputs.map((input) => [...referenceTo(input), {}]);
}

function modernCall({ inputs }: SavedCall): unknown {
  const tensors = inputs.map((input) => ({
    class_name: '__keras_tensor__',
    config: { shape: callOf(input).shape, dtype: 'float32', keras_history: referenceTo(input) },
  }));
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
}

/** Keras takes no slashes. */
function modelName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_') || 'model';
}

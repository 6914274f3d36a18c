import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { BuiltLayer, LayersNetwork } from '../opened-model';
import type { Generation, KerasLayer, KerasModel } from './keras-model';
import { MalformedLayer, UnsupportedLayer } from './layer-faults';
import { LayerMaker } from './layer-maker';
import { runModel } from './run-model';
import type { WeightSource } from './weight-source';

export interface BuildOptions {
  /** Names the file in messages. */
  readonly owner: string;
  readonly generation: Generation;
  readonly weights: WeightSource;
}

/**
 * Rebuilds a Keras model with the weights of its file. What is not supported ends the model there: it is listed with
 * the reason, and so is what depends on it. The caller disposes of the model. Throws a `Refusal` where nothing can be
 * rebuilt, or where description and weights contradict each other.
 */
export function buildKerasModel(model: KerasModel, options: BuildOptions): LayersNetwork {
  const maker = new LayerMaker(options);
  try {
    const { layers, inputs, outputs } = runModel(model, maker);
    const reached = outputs.flatMap((value) => (value.kind === 'placed' ? [value.tensor] : []));
    const complete = reached.length === outputs.length;
    const ends = reached.length > 0 ? reached : maker.ends();
    if (ends.length === 0) throw nothingBuilt(options.owner, layers);
    return {
      kind: 'layers',
      owner: options.owner,
      model: connect(model.name, inputs, ends, options.owner),
      layers,
      complete,
      // Not by the model itself, which keeps the weights of layers that are called more than once.
      dispose: () => {
        maker.dispose();
      },
    };
  } catch (thrown) {
    maker.dispose();
    throw thrown;
  }
}

function connect(
  name: string,
  inputs: readonly tf.SymbolicTensor[],
  outputs: readonly tf.SymbolicTensor[],
  owner: string,
): tf.LayersModel {
  const needed = inputs.filter((input) => outputs.some((output) => dependsOn(output, input)));
  try {
    return tf.model({ name, inputs: needed, outputs: [...new Set(outputs)] });
  } catch (cause) {
    const fault = cause instanceof Error ? firstSentence(cause.message) : '';
    throw new Refusal(`${owner}: the layers make no model: ${fault}.`, { cause });
  }
}

/** TensorFlow.js refuses inputs that no output depends on. */
function dependsOn(output: tf.SymbolicTensor, input: tf.SymbolicTensor): boolean {
  const seen = new Set<tf.SymbolicTensor>();
  const open = [output];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (tensor === input) return true;
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    open.push(...tensor.inputs);
  }
  return false;
}

function nothingBuilt(owner: string, layers: readonly BuiltLayer[]): Refusal {
  const first = layers.find(({ problem }) => problem !== null);
  return new Refusal(
    first === undefined
      ? `${owner}: the model has no layer but inputs.`
      : `${owner}: nothing of the model can be shown: the layer ${first.name} (${first.type}) ${first.problem ?? ''}.`,
  );
}

/** Turns whatever a layer threw into a value's reason, or into a `Refusal` that names the layer. */
export function faultOf(thrown: unknown, layer: KerasLayer, owner: string): string {
  if (thrown instanceof UnsupportedLayer) return thrown.message;
  if (thrown instanceof Refusal) throw thrown;
  const fault = thrown instanceof Error ? thrown.message : String(thrown);
  const said = thrown instanceof MalformedLayer ? fault : `it cannot be built: ${firstSentence(fault)}`;
  throw new Refusal(`${owner}: the layer ${layer.name} (${layer.writtenAs}) is wrong: ${said}.`, {
    cause: thrown,
  });
}

/** What TensorFlow.js says first, of what may be a page. */
export function firstSentence(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300).replace(/\.+\s*$/, '');
}

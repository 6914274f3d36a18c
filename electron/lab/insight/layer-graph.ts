/**
 * A network as the graph of its layers, computed from any tensor in it to any other, with single layers replaced for
 * one computation. It runs the layers themselves, so that no weight is copied and no layer gets another node.
 */
import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { withActivation, type ActivatedLayer, type Activation } from '../engine/output-layer';

/**
 * What layers do instead of their activation, for one computation; a layer that is nothing but an activation does it
 * instead of itself.
 */
export type Replacements = ReadonlyMap<tf.layers.Layer, Activation>;

/** Tensors to start from, each in the place of a symbolic one. */
export type GivenTensors = ReadonlyMap<tf.SymbolicTensor, tf.Tensor>;

export class LayerGraph {
  readonly model: tf.LayersModel;
  /** Images in [0, 1]: [batch, height, width, channels]. */
  readonly input: tf.SymbolicTensor;
  /** The last output. */
  readonly output: tf.SymbolicTensor;

  /** Throws a `Refusal` where the network does not read one image. */
  constructor(model: tf.LayersModel) {
    const [input, ...others] = model.inputs;
    const output = model.outputs.at(-1);
    if (input?.shape.length !== 4 || others.length > 0 || output === undefined) {
      throw new Refusal(
        `The network ${model.name} does not read one image (height x width x channels), so that no evidence can be ` +
          `drawn on one.`,
      );
    }
    this.model = model;
    this.input = input;
    this.output = output;
  }

  /** What a layer makes. Throws a `Refusal` where there is no such layer. */
  outputOf(name: string): tf.SymbolicTensor {
    const layer = this.model.layers.find((candidate) => candidate.name === name);
    if (layer === undefined) {
      const names = this.model.layers.map((candidate) => candidate.name).join(', ');
      throw new Refusal(`The network has no layer ${JSON.stringify(name)}; it has ${names}.`);
    }
    return layer.getOutputAt(0) as tf.SymbolicTensor;
  }

  /** Computes `wanted` in inference mode. Must be called in a scope. */
  compute(wanted: tf.SymbolicTensor, given: GivenTensors, replacements: Replacements = new Map()): tf.Tensor {
    const known = new Map(given);
    const tensorFor = (symbol: tf.SymbolicTensor): tf.Tensor => {
      const found = known.get(symbol);
      if (found !== undefined) return found;
      if (symbol.inputs.length === 0) throw new Error(`The input ${symbol.name} was not given.`);
      const inputs = symbol.inputs.map(tensorFor);
      const { sourceLayer } = symbol;
      const outputs = applied(sourceLayer, inputs, replacements.get(sourceLayer));
      nodeOutputs(symbol).forEach((output, index) => known.set(output, outputs[index] as tf.Tensor));
      return known.get(symbol) as tf.Tensor;
    };
    return tensorFor(wanted);
  }
}

/** All that the layer made in the call that made `symbol`. */
function nodeOutputs({ sourceLayer, nodeIndex }: tf.SymbolicTensor): readonly tf.SymbolicTensor[] {
  return sourceLayer.inboundNodes[nodeIndex]?.outputTensors ?? [];
}

function applied(
  layer: tf.layers.Layer,
  inputs: tf.Tensor[],
  replacement: Activation | undefined,
): readonly tf.Tensor[] {
  const apply = (): tf.Tensor[] =>
    [layer.apply(inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs)].flat() as tf.Tensor[];
  if (replacement === undefined) return apply();
  if (isActivated(layer)) return withActivation(layer, replacement, apply);
  return [replacement.apply(inputs[0] as tf.Tensor)];
}

/** Whether the layer has an activation within it, as `Conv2D`, `Dense` and `Activation` have. */
export function isActivated(layer: tf.layers.Layer): layer is tf.layers.Layer & ActivatedLayer {
  const { activation } = layer as unknown as Partial<ActivatedLayer>;
  return typeof activation?.apply === 'function';
}

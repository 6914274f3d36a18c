import type * as tf from '@tensorflow/tfjs';
import type { CardLayer } from '#shared/models';
import type { Preprocessing } from '#shared/spec';
import { flopsUpTo, modelFlops, type Flops } from './flops';
import type { BuiltLayer, GraphLayer, LayersNetwork, OpenedModel } from './opened-model';
import { summaryText, type SummaryTable } from '#shared/summary-text';
import { WeightReader } from './weight-statistics';

/** An opened model, described for people and programs. */
export interface OpenedSummary extends SummaryTable {
  readonly format: string;
  readonly producer: string | null;
  readonly version: string | null;
  /** Of the first input, without the batch; `null` for unknown sizes. */
  readonly inputShape: readonly (number | null)[];
  readonly layers: readonly CardLayer[];
  /** For one image; `null` where the network runs as a graph or a size is not known. */
  readonly flops: Flops;
  readonly preprocessing: Preprocessing | null;
  readonly classes: readonly string[] | null;
  readonly notes: readonly string[];
  /** The table as Keras's `model.summary()` prints it. */
  readonly text: string;
}

/** Describes an opened model layer by layer. Layers of nested models follow the model, named `model/layer`. */
export function summarizeOpened(model: OpenedModel): OpenedSummary {
  const { format, producer, version, parameters, network, preprocessing, classes, notes } = model;
  const table = {
    name: network.kind === 'layers' ? network.model.name : 'graph',
    layers: network.kind === 'layers' ? layersOf(network) : network.layers.map(graphLayer),
    parameters,
    trainableParameters: network.kind === 'layers' ? trainableIn(network) : 0,
  };
  const [input] = network.kind === 'layers' ? network.model.inputs : network.inputs;
  const inputShape = input?.shape.slice(1) ?? [];
  const flops = network.kind === 'layers' ? modelFlops(network.model).total : null;
  const text = [summaryText(table), ...notes].join('\n');
  return { ...table, flops, format, producer, version, inputShape, preprocessing, classes, notes, text };
}

function layersOf({ layers }: LayersNetwork): readonly CardLayer[] {
  const outputs = new Set(outputsOf(layers));
  const context = {
    isOutput: (tensor: tf.SymbolicTensor) => outputs.has(tensor),
    reader: new WeightReader(),
  };
  return layers.flatMap((layer) => described(layer, '', context));
}

interface Context {
  isOutput(tensor: tf.SymbolicTensor): boolean;
  readonly reader: WeightReader;
}

function outputsOf(layers: readonly BuiltLayer[]): readonly tf.SymbolicTensor[] {
  return layers.flatMap(({ output, inner }) => [...(output === null ? [] : [output]), ...outputsOf(inner)]);
}

function described(layer: BuiltLayer, outer: string, context: Context): readonly CardLayer[] {
  const { type, output, parameters, problem, inputs, attributes, inner } = layer;
  const name = outer + layer.name;
  const outputShape = output === null ? null : output.shape.slice(1);
  const weights = layer.weights.map((weight) => ({
    name: weight.name,
    shape: weight.shape,
    statistics: context.reader.statistics(weight.shape, weight.read),
  }));
  const flops = flopsOf(layer, context.isOutput);
  const within = inner.flatMap((one) => described(one, `${name}/`, context));
  const told = { name, type, outputShape, parameters, flops, problem, inputs, attributes, weights };
  return [{ ...told, within: within.length }, ...within];
}

/** Of a layer with all that it was rebuilt as, or of a nested model with all that is in it. */
function flopsOf(
  { type, output, inner }: BuiltLayer,
  isOutput: (tensor: tf.SymbolicTensor) => boolean,
): Flops {
  // A nested model's input is what another layer has computed.
  if (type === 'InputLayer') return 0;
  if (inner.length > 0) {
    const each = inner.map((one) => flopsOf(one, isOutput));
    return each.includes(null) ? null : each.reduce<number>((sum, flops) => sum + (flops ?? 0), 0);
  }
  return output === null ? null : flopsUpTo(output, isOutput);
}

function graphLayer({ name, type, shape, problem, inputs, attributes, weights }: GraphLayer): CardLayer {
  const outputShape = shape?.slice(1) ?? null;
  const parameters = weights.reduce((sum, weight) => sum + sizeOf(weight.shape), 0);
  const known = { name, type, outputShape, parameters, flops: null, problem };
  return { ...known, inputs, attributes, weights, within: 0 };
}

function trainableIn({ model }: LayersNetwork): number {
  return model.trainableWeights.reduce((sum, { shape }) => sum + sizeOf(shape.map((size) => size ?? 1)), 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

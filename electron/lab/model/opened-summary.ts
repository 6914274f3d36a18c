import type * as tf from '@tensorflow/tfjs';
import type { Preprocessing } from '#shared/spec';
import { flopsUpTo, modelFlops, type Flops } from './flops';
import type { BuiltLayer, LayersNetwork, OpenedModel } from './opened-model';
import { summaryText, type SummaryTable } from '#shared/summary-text';

/** An opened model, described for people and programs. */
export interface OpenedSummary extends SummaryTable {
  readonly format: string;
  readonly producer: string | null;
  readonly version: string | null;
  /** Of the first input, without the batch; `null` for unknown sizes. */
  readonly inputShape: readonly (number | null)[];
  readonly layers: readonly OpenedLayerSummary[];
  /** For one image; `null` where the network runs as a graph or a size is not known. */
  readonly flops: Flops;
  readonly preprocessing: Preprocessing | null;
  readonly classes: readonly string[] | null;
  readonly notes: readonly string[];
  /** The table as Keras's `model.summary()` prints it. */
  readonly text: string;
}

export interface OpenedLayerSummary {
  readonly name: string;
  readonly type: string;
  readonly outputShape: readonly (number | null)[] | null;
  readonly parameters: number;
  readonly flops: Flops;
  /** Why the layer cannot be shown; `null` for one that runs. */
  readonly problem: string | null;
}

/** Describes an opened model layer by layer. Layers of nested models follow the model, named `model/layer`. */
export function summarizeOpened(model: OpenedModel): OpenedSummary {
  const { format, producer, version, parameters, network, preprocessing, classes, notes } = model;
  const table = {
    name: network.kind === 'layers' ? network.model.name : 'graph',
    layers: network.kind === 'layers' ? layersOf(network) : network.layers.map(withoutBatch),
    parameters,
    trainableParameters: network.kind === 'layers' ? trainableIn(network) : 0,
  };
  const [input] = network.kind === 'layers' ? network.model.inputs : network.inputs;
  const inputShape = input?.shape.slice(1) ?? [];
  const flops = network.kind === 'layers' ? modelFlops(network.model).total : null;
  const text = [summaryText(table), ...notes].join('\n');
  return { ...table, flops, format, producer, version, inputShape, preprocessing, classes, notes, text };
}

function layersOf({ layers }: LayersNetwork): readonly OpenedLayerSummary[] {
  const outputs = new Set(outputsOf(layers));
  return layers.flatMap((layer) => described(layer, '', (tensor) => outputs.has(tensor)));
}

function outputsOf(layers: readonly BuiltLayer[]): readonly tf.SymbolicTensor[] {
  return layers.flatMap(({ output, inner }) => [...(output === null ? [] : [output]), ...outputsOf(inner)]);
}

function described(
  layer: BuiltLayer,
  outer: string,
  isOutput: (tensor: tf.SymbolicTensor) => boolean,
): readonly OpenedLayerSummary[] {
  const { type, output, parameters, problem, inner } = layer;
  const name = outer + layer.name;
  const outputShape = output === null ? null : output.shape.slice(1);
  const innerRows = inner.flatMap((one) => described(one, `${name}/`, isOutput));
  const own = { name, type, outputShape, parameters, flops: flopsOf(layer, isOutput), problem };
  return [own, ...innerRows];
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

function withoutBatch(layer: {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | null)[] | null;
  readonly problem: string | null;
}): OpenedLayerSummary {
  const { name, type, shape, problem } = layer;
  return { name, type, outputShape: shape?.slice(1) ?? null, parameters: 0, flops: null, problem };
}

function trainableIn({ model }: LayersNetwork): number {
  return model.trainableWeights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((product, size) => product * (size ?? 1), 1),
    0,
  );
}

import type { BuiltLayer, LayersNetwork, OpenedModel, Preprocessing } from './opened-model';
import { summaryText, type SummaryTable } from './summary';

/** An opened model, described for people and programs. */
export interface OpenedSummary extends SummaryTable {
  readonly format: string;
  readonly producer: string | null;
  readonly version: string | null;
  /** Of the first input, without the batch; `null` for unknown sizes. */
  readonly inputShape: readonly (number | null)[];
  readonly layers: readonly OpenedLayerSummary[];
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
  const text = [summaryText(table), ...notes].join('\n');
  return { ...table, format, producer, version, inputShape, preprocessing, classes, notes, text };
}

function layersOf({ layers }: LayersNetwork): readonly OpenedLayerSummary[] {
  return layers.flatMap((layer) => described(layer, ''));
}

function described(layer: BuiltLayer, outer: string): readonly OpenedLayerSummary[] {
  const { type, output, parameters, problem, inner } = layer;
  const name = outer + layer.name;
  const outputShape = output === null ? null : output.shape.slice(1);
  const own = { name, type, outputShape, parameters, problem };
  return [own, ...inner.flatMap((one) => described(one, `${name}/`))];
}

function withoutBatch(layer: {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | null)[] | null;
  readonly problem: string | null;
}): OpenedLayerSummary {
  const { name, type, shape, problem } = layer;
  return { name, type, outputShape: shape?.slice(1) ?? null, parameters: 0, problem };
}

function trainableIn({ model }: LayersNetwork): number {
  return model.trainableWeights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((product, size) => product * (size ?? 1), 1),
    0,
  );
}

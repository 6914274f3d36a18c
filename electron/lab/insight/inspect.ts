import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { scoped } from '../engine/scope';
import { firstSentence } from '../model/keras-config/build';
import type { BuiltLayer, GraphNetwork, LayersNetwork, OpenedModel } from '../model/opened-model';
import { shapeForOne } from './pattern';

/** What a layer makes of one input. */
export interface InspectedLayer {
  readonly name: string;
  readonly type: string;
  /** With the batch dimension. */
  readonly shape: readonly number[];
  readonly mean: number;
  /** The standard deviation of all its values. */
  readonly std: number;
  /** Its first four values, row-major. */
  readonly first: readonly number[];
  /** The layers of a nested model. */
  readonly layers?: readonly InspectedLayer[];
}

export interface Inspection {
  readonly input: readonly number[];
  readonly parameters: number;
  readonly layers: readonly InspectedLayer[];
  /** The last output's values; `null` where the network could not be rebuilt to its end. */
  readonly output: readonly number[] | null;
}

/** Values that a network may be shown at once, in and between its layers: 512 MB of them. */
const mostValues = 128 * 1024 * 1024;

/** The shape that the model's first input takes for one image, with the batch dimension. */
export function inputShapeOf({ network }: OpenedModel): readonly (number | null)[] {
  const [input] = network.kind === 'layers' ? network.model.inputs : network.inputs;
  if (input === undefined) throw new Refusal('The network has no input.');
  return input.shape;
}

/**
 * Shows the network one input and reads every layer. Inputs beyond the first are shown the same values, as far as they
 * go. Throws a `Refusal` where the network cannot take them.
 * @param values row-major, in the shape of the first input (`shapeForOne`)
 */
export async function inspect(model: OpenedModel, values: Float32Array): Promise<Inspection> {
  const { network, parameters } = model;
  const input = shapeForOne(inputShapeOf(model));
  const read =
    network.kind === 'layers' ? inspectLayers(network, values) : await inspectGraph(network, values);
  return { input, parameters, ...read };
}

type Read = Pick<Inspection, 'layers' | 'output'>;

function inspectLayers(network: LayersNetwork, values: Float32Array): Read {
  const { model, layers, complete, owner } = network;
  const inputs = new Set<tf.SymbolicTensor>(model.inputs);
  // A layer that reads another input than the model's outputs do cannot be computed with them.
  const known = new Map<tf.SymbolicTensor, boolean>();
  const all = new Set([...layers.flatMap(outputsIn), ...model.outputs]);
  const symbols = [...all].filter((symbol) => dependsOnlyOn(symbol, inputs, known));
  requireReasonable(symbols.map(({ shape }) => shapeForOne(shape)));
  return scoped(() => {
    const bySymbol = computed(model.inputs, symbols, values, owner);
    const last = bySymbol.get(model.outputs.at(-1) as tf.SymbolicTensor);
    return {
      layers: layers.flatMap((layer) => describeBuilt(layer, bySymbol)),
      output: complete && last !== undefined ? [...last.dataSync<'float32'>()] : null,
    };
  });
}

/** Must be called in a scope. */
function computed(
  inputs: tf.SymbolicTensor[],
  symbols: tf.SymbolicTensor[],
  values: Float32Array,
  owner: string,
): ReadonlyMap<tf.SymbolicTensor, tf.Tensor> {
  const tensors = inputs.map(({ shape, dtype }) => inputTensor(shape, values, dtype));
  try {
    const functions = tf.model({ inputs, outputs: symbols });
    const given = [functions.predict(tensors.length === 1 ? (tensors[0] as tf.Tensor) : tensors)].flat();
    return new Map(symbols.map((symbol, index) => [symbol, given[index] as tf.Tensor]));
  } catch (cause) {
    // What is wrong with an opened network shows when it runs: sizes that its file left open, above all.
    const fault = cause instanceof Error ? firstSentence(cause.message) : String(cause);
    throw new Refusal(`${owner}: the network does not run: ${fault}.`, { cause });
  }
}

function dependsOnlyOn(
  symbol: tf.SymbolicTensor,
  inputs: ReadonlySet<tf.SymbolicTensor>,
  known: Map<tf.SymbolicTensor, boolean>,
): boolean {
  const before = known.get(symbol);
  if (before !== undefined) return before;
  const sources = symbol.inputs;
  const depends =
    inputs.has(symbol) ||
    (sources.length > 0 && sources.every((source) => dependsOnlyOn(source, inputs, known)));
  known.set(symbol, depends);
  return depends;
}

function outputsIn(layer: BuiltLayer): readonly tf.SymbolicTensor[] {
  return [...(layer.output === null ? [] : [layer.output]), ...layer.inner.flatMap(outputsIn)];
}

function describeBuilt(
  { name, type, output, inner }: BuiltLayer,
  bySymbol: ReadonlyMap<tf.SymbolicTensor, tf.Tensor>,
): readonly InspectedLayer[] {
  const layers = inner.flatMap((layer) => describeBuilt(layer, bySymbol));
  const tensor = output === null ? undefined : bySymbol.get(output);
  if (tensor === undefined) return layers;
  const described = describe(name, type, tensor);
  return [layers.length === 0 ? described : { ...described, layers }];
}

async function inspectGraph(network: GraphNetwork, values: Float32Array): Promise<Read> {
  const inputs = network.inputs.map(({ shape }) => inputTensor(shape, values, 'float32'));
  const names = network.layers.filter(({ problem }) => problem === null).map(({ name }) => name);
  const fetches = [...new Set([...names, ...network.outputs])];
  try {
    const tensors = await network.run(inputs, fetches);
    const byName = new Map(fetches.map((name, index) => [name, tensors[index] as tf.Tensor]));
    const output = byName.get(network.outputs.at(-1) ?? '');
    const read = {
      layers: network.layers.flatMap(({ name, type }) => {
        const tensor = byName.get(name);
        return tensor === undefined || !isNumeric(tensor) ? [] : [describe(name, type, tensor)];
      }),
      output: output === undefined ? null : [...output.dataSync<'float32'>()],
    };
    tf.dispose([...tensors]);
    return read;
  } finally {
    tf.dispose(inputs);
  }
}

function isNumeric({ dtype }: tf.Tensor): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

function inputTensor(shape: readonly (number | null)[], values: Float32Array, dtype: tf.DataType): tf.Tensor {
  const concrete = shapeForOne(shape);
  const count = concrete.reduce((product, size) => product * size, 1);
  if (count > values.length) {
    throw new Refusal(
      `The network reads ${concrete.join(' x ')} values, but was given ${values.length}; give it an image of its size.`,
    );
  }
  return tf.tidy(() => tf.tensor(values.subarray(0, count), concrete, 'float32').cast(dtype));
}

function requireReasonable(shapes: readonly (readonly number[])[]): void {
  const all = shapes.reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
  if (all > mostValues) {
    throw new Refusal(
      `The network makes ${all.toExponential(1)} values of one image, more than are kept at once.`,
    );
  }
}

function describe(name: string, type: string, tensor: tf.Tensor): InspectedLayer {
  const values = tensor.dataSync();
  const { mean, std } = spread(values);
  return { name, type, shape: tensor.shape, mean, std, first: [...values.slice(0, 4)] };
}

/** In double precision: the layers of a large network hold millions of values. */
function spread(values: ArrayLike<number>): { readonly mean: number; readonly std: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { LayerWeight } from '#shared/models';
import { OnnxSession } from '../../../engine/onnx-session';
import type { GraphLayer, GraphNetwork, GraphTensor, OpenedModel } from '../../opened-model';
import { WeightReader } from '../../weight-statistics';
import { Carried } from '../carried';
import type { GraphInput, OnnxGraph, OnnxNode, Shape } from './graph';
import { channelsFirstValues } from './layout';
import { furtherOutputs } from './messages';
import { product } from './mapping/mapper';
import { isWeight, nodeAttributes } from './node-attributes';
import type { Constant } from './tensors';

const float32 = 1;

type Opened = Pick<OpenedModel, 'network' | 'parameters' | 'dispose'>;

/** Opens a model to run as it is, with every value that a node makes. Maps are shown channels last. */
export async function openRuntime(
  bytes: Uint8Array,
  graph: OnnxGraph,
  constants: ReadonlyMap<string, Constant>,
): Promise<Opened> {
  checkRunnable(graph, constants);
  const layers = fetchable(graph, constants);
  const further = layers.map(({ value }) => value).filter((value) => !graph.outputs.includes(value));
  const session = await load(bytes, further, graph.place);
  const network = new RunningGraph(session, graph, layers);
  const parameters = [...graph.constants.values(), ...constants.values()]
    .filter(({ whole, shape }) => !whole && shape.length > 0)
    .reduce((sum, { shape }) => sum + product(shape), 0);
  return { network, parameters, dispose: () => void session.dispose() };
}

async function load(bytes: Uint8Array, outputs: readonly string[], place: string): Promise<OnnxSession> {
  return OnnxSession.load(Buffer.concat([bytes, furtherOutputs(outputs)]), place);
}

/** Operations of Microsoft's that its optimiser writes and that only compute. */
const knownOfMicrosoft: ReadonlySet<string> = new Set([
  ...['FusedConv', 'FusedGemm', 'FusedMatMul', 'Gelu', 'FastGelu', 'BiasGelu', 'QuickGelu', 'QLinearAdd'],
  ...['QLinearMul', 'QLinearLeakyRelu', 'QLinearSigmoid', 'QLinearGlobalAveragePool', 'QLinearAveragePool'],
  ...['QLinearConcat', 'DequantizeLinear', 'QuantizeLinear', 'NhwcMaxPool'],
]);

/** No loops, so that a run ends; nothing but computing; no tensors of absurd sizes. */
function checkRunnable(graph: OnnxGraph, constants: ReadonlyMap<string, Constant>): void {
  const { place, spread, functions } = graph;
  if (spread) {
    throw new Refusal(
      `${place}: its weights lie in files of their own, which is read only of models that become layers; save it as one file.`,
    );
  }
  if (functions)
    throw new Refusal(`${place}: it defines operations of its own, which are not run; export it inlined.`);
  if (graph.inputs.length === 0) throw new Refusal(`${place}: it has no input.`);
  const odd = graph.inputs.find(({ type }) => type !== float32);
  if (odd !== undefined) {
    throw new Refusal(
      `${place}: the input ${odd.name} is of element type ${odd.type}; only float32 images can be shown to it.`,
    );
  }
  for (const node of graph.nodes) {
    const known = node.domain === '' || (node.domain === 'com.microsoft' && knownOfMicrosoft.has(node.op));
    if (!known) {
      throw new Refusal(
        `${place}: the node ${node.name} (${node.domain}.${node.op}) is no operation of ONNX, and is not run.`,
      );
    }
    if ([...node.attributes.values()].some(({ g, graphs }) => g !== null || graphs.length > 0)) {
      throw new Refusal(
        `${place}: the node ${node.name} (${node.op}) runs a graph of its own, perhaps for ever, and is not run.`,
      );
    }
    checkSizes(node, graph, constants);
  }
}

/** Operations that make a tensor as large as an input says, and which of their inputs say so. */
const sizeInputs: Readonly<Record<string, readonly number[]>> = {
  ConstantOfShape: [0],
  Expand: [1],
  OneHot: [1],
  Pad: [1],
  Range: [1],
  Resize: [1, 2, 3],
  Tile: [1],
  Upsample: [1],
};
const mostValues = 2 ** 26;

function checkSizes(node: OnnxNode, graph: OnnxGraph, constants: ReadonlyMap<string, Constant>): void {
  for (const index of sizeInputs[node.op] ?? []) {
    const name = node.inputs[index] ?? '';
    const values = [...((graph.constants.get(name) ?? constants.get(name))?.values ?? [])];
    const count = values.reduce((all, value) => all * Math.max(1, Math.abs(value)), 1);
    if (!(count <= mostValues)) {
      throw new Refusal(
        `${graph.place}: the node ${node.name} (${node.op}) would make a tensor of ${count} values.`,
      );
    }
  }
}

interface Fetchable {
  readonly layer: GraphLayer;
  readonly value: string;
}

/** Operations that compute no values of their own. */
const withoutMaps: ReadonlySet<string> = new Set([
  ...[
    'Constant',
    'ConstantOfShape',
    'Identity',
    'Shape',
    'Size',
    'Cast',
    'Range',
    'Gather',
    'Unsqueeze',
    'Slice',
  ],
  ...['Squeeze', 'Dropout'],
]);

/** The first output of every node that computes something from an input. */
function fetchable(graph: OnnxGraph, constants: ReadonlyMap<string, Constant>): readonly Fetchable[] {
  const { nodes, inputs } = graph;
  const computed = new Set(inputs.map(({ name }) => name));
  const reads = new Carried<string, string>();
  for (const { name } of inputs) reads.begin(name, [name]);
  const constantOf = (value: string): Constant | undefined =>
    graph.constants.get(value) ?? constants.get(value);
  const weights = weightsOf(constantOf);
  const channelsFirst = channelsFirstValues(graph);
  const shapeOf = (value: string): Shape | null => {
    const shape = graph.shapes.get(value) ?? null;
    return shape !== null && channelsFirst.has(value) ? channelsLast(shape) : shape;
  };
  return nodes.flatMap((node): readonly Fetchable[] => {
    const [value = ''] = node.outputs;
    if (!node.inputs.some((input) => computed.has(input)) || node.op === 'Shape' || value === '') return [];
    for (const output of node.outputs) computed.add(output);
    if (withoutMaps.has(node.op)) {
      for (const output of node.outputs) reads.passOn(output, node.inputs);
      return [];
    }
    for (const output of node.outputs) reads.begin(output, [node.name]);
    const layer: GraphLayer = {
      name: node.name,
      type: node.op,
      problem: null,
      shape: shapeOf(value),
      inputs: reads.reaching(node.inputs),
      attributes: nodeAttributes(node, constantOf),
      weights: node.inputs.flatMap((input) => weights(input)),
    };
    return [{ layer, value }];
  });
}

/** As maps are shown. */
function channelsLast(shape: Shape): Shape {
  const [batch = null, channels = null, ...space] = shape;
  return shape.length === 4 ? [batch, ...space, channels] : shape;
}

/** The weight of a name; none for shapes, axes and the like. */
function weightsOf(
  constantOf: (value: string) => Constant | undefined,
): (value: string) => readonly LayerWeight[] {
  const reader = new WeightReader();
  return (name) => {
    const constant = constantOf(name);
    if (constant === undefined || !isWeight(constant)) return [];
    const { shape, values } = constant;
    return [{ name, shape, statistics: reader.statistics(shape, () => values) }];
  };
}

class RunningGraph implements GraphNetwork {
  readonly kind = 'graph';
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly string[];
  readonly layers: readonly GraphLayer[];
  readonly #session: OnnxSession;
  readonly #place: string;
  readonly #inputs: readonly GraphInput[];
  readonly #values: ReadonlyMap<string, string>;
  readonly #channelsFirst: ReadonlySet<string>;

  constructor(session: OnnxSession, graph: OnnxGraph, fetches: readonly Fetchable[]) {
    this.#session = session;
    this.#place = graph.place;
    this.#inputs = graph.inputs;
    this.#channelsFirst = channelsFirstValues(graph);
    this.inputs = graph.inputs.map(({ name, shape }) => {
      return { name, shape: this.#channelsFirst.has(name) ? channelsLast(shape) : shape };
    });
    this.outputs = graph.outputs;
    this.layers = fetches.map(({ layer }) => layer);
    this.#values = new Map([
      ...fetches.map(({ layer, value }) => [layer.name, value] as const),
      ...graph.outputs.map((output) => [output, output] as const),
    ]);
  }

  async run(inputs: readonly tf.Tensor[], fetches: readonly string[]): Promise<readonly tf.Tensor[]> {
    if (inputs.length !== this.inputs.length) {
      throw new Refusal(
        `${this.#place}: it takes ${this.inputs.length} inputs, but ${inputs.length} were given.`,
      );
    }
    const values = fetches.map((fetch) => {
      const value = this.#values.get(fetch);
      if (value === undefined) throw new Refusal(`${this.#place}: it has no layer or output ${fetch}.`);
      return value;
    });
    const batch = inputs[0]?.shape[0] ?? 1;
    // A model that was made for single images gets them one by one.
    if (batch === 1 || this.#inputs.some(({ shape }) => shape[0] !== 1))
      return this.#runBatch(inputs, values);
    const images: (readonly tf.Tensor[])[] = [];
    for (let image = 0; image < batch; image++) {
      const single = inputs.map((input) => input.slice(image, 1));
      images.push(await this.#runBatch(single, values).finally(() => tf.dispose(single)));
    }
    const joined = values.map((_, index) => tf.concat(images.map((results) => results[index] as tf.Tensor)));
    for (const results of images) tf.dispose([...results]);
    return joined;
  }

  async #runBatch(inputs: readonly tf.Tensor[], values: readonly string[]): Promise<readonly tf.Tensor[]> {
    const feeds = new Map(
      this.#inputs.map(({ name }, index) => {
        const input = inputs[index] as tf.Tensor;
        return [name, this.#channelsFirst.has(name) ? input.transpose([0, 3, 1, 2]) : input.clone()];
      }),
    );
    try {
      const results = await this.#session.run(feeds, values, this.#place);
      return results.map((result, index) => this.#channelsLast(result, values[index] as string));
    } finally {
      tf.dispose([...feeds.values()]);
    }
  }

  #channelsLast(result: tf.Tensor, value: string): tf.Tensor {
    if (result.rank !== 4 || !this.#channelsFirst.has(value)) return result;
    const turned = result.transpose([0, 2, 3, 1]);
    result.dispose();
    return turned;
  }
}

import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { LayerWeight } from '#shared/models';
import { SavedGraph, type PlainNode } from '../../../engine/saved-graph';
import type { GraphLayer, GraphNetwork, GraphTensor } from '../../opened-model';
import { Carried } from '../carried';
import { attributeOf, castAttributes, constantAttributes } from './attributes';
import type { SavedTensor } from './checkpoint';
import { DataType, typeName } from './data-types';
import { Flattener, type FlatNode, type FlatOutput } from './flatten';
import { feedName, freeze, type Feed, type FreezingContext, type FrozenGraph } from './frozen-graph';
import type { GraphMessage, MetaGraphMessage, TensorInfo } from './messages';
import { nodeAttributes } from './node-attributes';
import { bookkeeping } from './operations';
import { servingSignature, sizesOf, type Signature } from './signature';

export interface OpenedGraph {
  readonly network: GraphNetwork;
  readonly parameters: number;
  readonly notes: readonly string[];
  dispose(): void;
}

/** Opens a graph to run as it is, with every inner tensor of the way from its inputs to its outputs. */
export function openGraph(
  graph: GraphMessage,
  metaGraph: MetaGraphMessage,
  context: FreezingContext,
): OpenedGraph {
  const { place } = context;
  const signature = servingSignature(metaGraph, place);
  const flattener = new Flattener(graph, place);
  const notes: string[] = [];
  const inputs = fedInputs(signature, flattener, place, notes);
  const outputs = namedOutputs(signature, flattener, notes);
  if (outputs.size === 0) throw new Refusal(`${place}: none of its outputs is a tensor of numbers.`);
  const feeds = new Map(inputs.map(({ node, feed }) => [node, feed]));
  const frozen = freeze(
    [...outputs.values()].map(({ output }) => output),
    feeds,
    context,
  );
  const shown = inputs.filter(({ switched }) => switched === null);
  const fetches = fetchable(frozen, new Map(shown.map(({ node, name }) => [node, name])), outputs, place);
  const nodes = [...switchedOff(frozen, inputs), ...fetches.casts];
  const session = SavedGraph.load(nodes, graph.versions?.producer ?? 0, place);
  return {
    network: new RunningGraph(
      session,
      place,
      shown.filter(({ node }) => frozen.nameOf.has(node)),
      frozen,
      fetches,
    ),
    parameters: frozen.parameters,
    notes,
    dispose: () => session.dispose(),
  };
}

interface FedInput {
  readonly name: string;
  readonly node: FlatNode;
  readonly feed: Feed;
  /** A switch, such as "training", stands at this value; `null` for an input that the user gives. */
  readonly switched: SavedTensor | null;
}

function fedInputs(
  { name: signature, inputs }: Signature,
  flattener: Flattener,
  place: string,
  notes: string[],
): readonly FedInput[] {
  const found = [...inputs].map(([name, info]): FedInput => {
    const { node } = flattener.output(info.name);
    const feed = { dtype: info.dtype, shape: sizesOf(info.tensor_shape) };
    if (info.dtype === DataType.string) {
      throw new Refusal(
        `${place}: the input ${name} takes text or encoded images, not pixels, which is not supported.`,
      );
    }
    const switched = switchValue(name, feed);
    if (switched !== null) notes.push(`The input ${name} is held at ${switched.said}, as for inference.`);
    return { name, node, feed, switched: switched?.value ?? null };
  });
  if (found.every(({ switched }) => switched !== null)) {
    throw new Refusal(`${place}: the signature ${signature} takes no image.`);
  }
  return found;
}

/** Scalar inputs decide between training and inference: dropout's share to keep, or a flag. */
function switchValue(name: string, { dtype, shape }: Feed): { value: SavedTensor; said: string } | null {
  if (dtype === DataType.bool && (shape === null || shape.length === 0)) {
    return { value: { dtype, shape: [], bytes: Uint8Array.of(0) }, said: 'false' };
  }
  if (dtype !== DataType.float || shape === null || shape.length > 0) return null;
  const value = /keep/i.test(name) ? 1 : 0;
  return {
    value: { dtype, shape: [], bytes: new Uint8Array(Float32Array.of(value).buffer) },
    said: `${value}`,
  };
}

interface NamedOutput {
  readonly output: FlatOutput;
  readonly dtype: number;
}

function namedOutputs(
  { outputs }: Signature,
  flattener: Flattener,
  notes: string[],
): ReadonlyMap<string, NamedOutput> {
  const named = new Map<string, NamedOutput>();
  for (const [name, info] of outputs) {
    if (isNumeric(info)) named.set(name, { output: flattener.output(info.name), dtype: info.dtype });
    else notes.push(`The output ${name} is of type ${typeName(info.dtype)} and is left out.`);
  }
  return named;
}

function isNumeric({ dtype, name }: TensorInfo): boolean {
  return name !== '' && dtype !== DataType.string && dtype !== DataType.resource;
}

/** The graph's nodes, switches replaced by their values. */
function switchedOff({ nodes, nameOf }: FrozenGraph, inputs: readonly FedInput[]): readonly PlainNode[] {
  const values = new Map<string, SavedTensor>();
  for (const { node, switched } of inputs) {
    const name = nameOf.get(node);
    if (name !== undefined && switched !== null) values.set(name, switched);
  }
  return nodes
    .filter(({ name }) => ![...values.keys()].some((value) => feedName(value) === name))
    .map((node) => {
      const value = values.get(node.name);
      return value === undefined
        ? node
        : { ...node, op: 'Const', input: [], attr: constantAttributes(value) };
    });
}

interface Fetches {
  readonly layers: readonly GraphLayer[];
  readonly outputs: readonly string[];
  /** By the name of an output or layer, what TensorFlow is asked for. */
  readonly names: ReadonlyMap<string, string>;
  /** Nodes that turn results into types that can be shown. */
  readonly casts: readonly PlainNode[];
}

function fetchable(
  frozen: FrozenGraph,
  inputs: ReadonlyMap<FlatNode, string>,
  outputs: ReadonlyMap<string, NamedOutput>,
  place: string,
): Fetches {
  const names = new Map<string, string>();
  const casts: PlainNode[] = [];
  const add = (name: string, { node, index }: FlatOutput, dtype: number): void => {
    const short = frozen.nameOf.get(node) as string;
    const source = index === 0 ? short : `${short}:${index}`;
    const to = shownAs(dtype);
    if (to === dtype) names.set(name, source);
    else {
      const cast = `c${casts.length}`;
      casts.push({ name: cast, op: 'Cast', input: [source], attr: castAttributes(dtype, to) });
      names.set(name, cast);
    }
  };
  for (const [name, { output, dtype }] of outputs) add(name, output, dtype);
  const taken = new Map([...names.keys()].map((name) => [name, 1]));
  const named = new Map<FlatNode, string>();
  for (const { node, dtype } of shownNodes(frozen, new Set(inputs.keys()), place)) {
    const name = freeName(node.name, taken);
    add(name, { node, index: 0 }, dtype);
    named.set(node, name);
  }
  const layers = shownLayers(frozen, inputs, named, place);
  return { layers, outputs: [...outputs.keys()], names, casts };
}

/** The nodes that are shown, with what reaches them past those that are not. */
function shownLayers(
  { flat, weights }: FrozenGraph,
  inputs: ReadonlyMap<FlatNode, string>,
  named: ReadonlyMap<FlatNode, string>,
  place: string,
): readonly GraphLayer[] {
  const reads = new Carried<FlatNode, string>();
  const holds = new Carried<FlatNode, LayerWeight>();
  return flat.flatMap((node): readonly GraphLayer[] => {
    const before = inputs.has(node) ? [] : node.inputs.map((input) => input.node);
    const [weight, name] = [weights.get(node), named.get(node)];
    const begins = inputs.get(node) ?? name;
    if (begins === undefined) reads.passOn(node, before);
    else reads.begin(node, [begins]);
    if (weight !== undefined) holds.begin(node, [weight]);
    else if (begins === undefined) holds.passOn(node, before);
    if (name === undefined) return [];
    const told = { inputs: reads.reaching(before), attributes: nodeAttributes(node.attributes, place) };
    const held = holds.reaching(before) ?? [];
    return [{ name, type: node.op, problem: null, shape: null, weights: held, ...told }];
  });
}

/** The name, or with a number where it is taken. */
function freeName(name: string, taken: Map<string, number>): string {
  const count = taken.get(name) ?? 0;
  taken.set(name, count + 1);
  return count === 0 ? name : freeName(`${name}#${count + 1}`, taken);
}

function shownAs(dtype: number): number {
  if (dtype === DataType.float || dtype === DataType.int32 || dtype === DataType.bool) return dtype;
  return floats.has(dtype) ? DataType.float : DataType.int32;
}

const floats: ReadonlySet<number> = new Set([
  DataType.float,
  DataType.double,
  DataType.bfloat16,
  DataType.half,
]);

/** Nodes that compute real numbers from the input. Of two branches only one has values: nodes inside are left out. */
function shownNodes(
  { flat }: FrozenGraph,
  inputs: ReadonlySet<FlatNode>,
  place: string,
): readonly { readonly node: FlatNode; readonly dtype: number }[] {
  const fromInput = new Set<FlatNode>(inputs);
  const inBranch = new Set<FlatNode>();
  const shown: { readonly node: FlatNode; readonly dtype: number }[] = [];
  for (const node of flat) {
    if (inputs.has(node)) continue;
    const before = node.inputs.map((input) => input.node);
    if (before.some((input) => fromInput.has(input))) fromInput.add(node);
    if (node.op === 'Switch' || (node.op !== 'Merge' && before.some((input) => inBranch.has(input)))) {
      inBranch.add(node);
    }
    const dtype = elementType(node, place);
    const computes = fromInput.has(node) && !inBranch.has(node) && !bookkeeping.has(node.op);
    if (computes && floats.has(dtype) && !givesNoReals.has(node.op)) shown.push({ node, dtype });
  }
  return shown;
}

/** Of what an operation computes on; float32 is what most have where nothing is written. */
function elementType({ attributes }: FlatNode, place: string): number {
  const written = attributeOf(attributes, 'T', place) ?? attributeOf(attributes, 'Tparams', place);
  return written?.type ?? DataType.float;
}

const givesNoReals: ReadonlySet<string> = new Set([
  ...[
    'All',
    'Any',
    'ArgMax',
    'ArgMin',
    'Equal',
    'Greater',
    'GreaterEqual',
    'IsFinite',
    'IsInf',
    'IsNan',
    'Less',
  ],
  ...['LessEqual', 'LogicalAnd', 'LogicalNot', 'LogicalOr', 'NotEqual', 'Where'],
]);

class RunningGraph implements GraphNetwork {
  readonly kind = 'graph';
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly string[];
  readonly layers: readonly GraphLayer[];
  readonly #session: SavedGraph;
  readonly #place: string;
  readonly #feeds: readonly string[];
  readonly #names: ReadonlyMap<string, string>;

  constructor(
    session: SavedGraph,
    place: string,
    inputs: readonly FedInput[],
    { nameOf }: FrozenGraph,
    { layers, outputs, names }: Fetches,
  ) {
    this.#session = session;
    this.#place = place;
    // Of an unknown rank an image is the best guess.
    this.inputs = inputs.map(({ name, feed }) => ({
      name,
      shape: (feed.shape ?? [-1, -1, -1, -1]).map((size) => (size < 0 ? null : size)),
    }));
    this.#feeds = inputs.map(({ node }) => feedName(nameOf.get(node) as string));
    this.outputs = outputs;
    this.layers = layers;
    this.#names = names;
  }

  async run(inputs: readonly tf.Tensor[], fetches: readonly string[]): Promise<readonly tf.Tensor[]> {
    if (inputs.length !== this.inputs.length) {
      throw new Refusal(
        `${this.#place}: it takes ${this.inputs.length} inputs, but ${inputs.length} were given.`,
      );
    }
    const asked = fetches.map((fetch) => {
      const name = this.#names.get(fetch);
      if (name === undefined) throw new Refusal(`${this.#place}: it has no layer or output ${fetch}.`);
      return name;
    });
    const floats = inputs.map((input) => input.toFloat());
    try {
      const feeds = new Map(floats.map((input, index) => [this.#feeds[index] as string, input]));
      return this.#session.run(feeds, asked, this.#place);
    } finally {
      for (const tensor of floats) tensor.dispose();
    }
  }
}

import { Refusal } from '#shared/errors';
import type { ModelFiles } from '../files';
import { integer, type Int64 } from '../protobuf';
import type { AttributeMessage, ModelMessage, NodeMessage, ValueMessage } from './messages';
import { readTensor, type Constant } from './tensors';

/** A size that the file leaves open is `null`. */
export type Shape = readonly (number | null)[];

export interface GraphInput {
  readonly name: string;
  /** TensorProto.DataType; 1 is float32. */
  readonly type: number;
  readonly shape: Shape;
}

/** A model whose parts are known to fit together. */
export interface OnnxGraph {
  /** How the file is called in messages. */
  readonly place: string;
  /** The version of the operations' meanings. */
  readonly opset: number;
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  /** Of values that nodes make, where the file says it. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** What the model says of itself, in words that its writer chose. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Whether the model defines operations itself. */
  readonly functions: boolean;
  /** Whether values lie in other files. */
  readonly spread: boolean;
}

export interface OnnxNode {
  /** Unique; the node's own name, or its output's. */
  readonly name: string;
  readonly op: string;
  /** Of other operations than ONNX's own. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeMessage>;
}

const mostNodes = 50_000;
const oldestFormat = 3;

/** Reads a model and checks that its parts fit together. Throws a `Refusal` that names the place and the fault. */
export async function readGraph(model: ModelMessage, files: ModelFiles, place: string): Promise<OnnxGraph> {
  const { graph } = model;
  const version = integer(model.ir_version);
  const opset = model.opset_import.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (graph === null) throw new Refusal(`${place}: it holds no graph.`);
  if (opset === undefined || version < oldestFormat) {
    throw new Refusal(
      `${place} is no valid ONNX model: it is of format version ${version} and ${opset === undefined ? 'does not say' : 'says'} ` +
        `which operations it uses (opset); export it again with a newer ONNX.`,
    );
  }
  if (graph.sparse_initializer.length > 0) throw new Refusal(`${place}: sparse weights are not supported.`);
  if (graph.node.length === 0) throw new Refusal(`${place}: its graph has no nodes.`);
  if (graph.node.length > mostNodes) throw new Refusal(`${place}: it has more than ${mostNodes} nodes.`);
  const constants = new Map<string, Constant>();
  for (const tensor of graph.initializer) {
    const constant = await readTensor(tensor, files, place);
    if (constant !== null) constants.set(tensor.name, constant);
  }
  const initialised = new Set(graph.initializer.map(({ name }) => name));
  // Before format version 4 weights were listed as inputs too.
  const inputs = graph.input
    .filter(({ name }) => !initialised.has(name))
    .map((input) => graphInput(input, place));
  const nodes = namedNodes(graph.node);
  const outputs = graph.output.map(({ name }) => name);
  checkOrder(nodes, [...initialised, ...inputs.map(({ name }) => name)], outputs, place);
  const spread = graph.initializer.some(({ data_location: location }) => location === 1);
  return {
    place,
    opset: integer(opset.version),
    name: graph.name,
    nodes,
    constants,
    inputs,
    outputs,
    shapes: new Map([...graph.value_info, ...graph.output].flatMap(statedShape)),
    metadata: new Map(model.metadata_props.map(({ key, value }) => [key, value])),
    functions: model.functions.length > 0,
    spread,
  };
}

const mostDimensions = 8;

function graphInput({ name, type }: ValueMessage, place: string): GraphInput {
  const tensor = type?.tensor_type;
  if (tensor === undefined || tensor === null) throw new Refusal(`${place}: the input ${name} is no tensor.`);
  const dims = tensor.shape?.dim ?? [];
  if (dims.length > mostDimensions) {
    throw new Refusal(`${place}: the input ${name} has ${dims.length} dimensions.`);
  }
  return { name, type: tensor.elem_type, shape: dims.map(sizeOf) };
}

type DimensionMessage = { readonly dim_value: Int64; readonly dim_param: string };

function sizeOf({ dim_value, dim_param }: DimensionMessage): number | null {
  const size = integer(dim_value);
  return dim_param !== '' || size <= 0 ? null : size;
}

/** Nothing where the file does not say it: a number of dimensions without their sizes is none either. */
function statedShape({ name, type }: ValueMessage): readonly (readonly [string, Shape])[] {
  const dims = type?.tensor_type?.shape?.dim ?? [];
  if (dims.length === 0 || dims.length > mostDimensions) return [];
  return [[name, dims.map(sizeOf)]];
}

function namedNodes(nodes: readonly NodeMessage[]): readonly OnnxNode[] {
  const taken = new Map<string, number>();
  const free = (name: string): string => {
    const count = taken.get(name) ?? 0;
    taken.set(name, count + 1);
    return count === 0 ? name : free(`${name}#${count + 1}`);
  };
  return nodes.map((node) => ({
    name: free(node.name || node.output[0] || node.op_type || 'node'),
    op: node.op_type,
    domain: node.domain === 'ai.onnx' ? '' : node.domain,
    inputs: node.input,
    outputs: node.output,
    attributes: new Map(node.attribute.map((attribute) => [attribute.name, attribute])),
  }));
}

/** ONNX asks that every value is made once and before it is used. */
function checkOrder(
  nodes: readonly OnnxNode[],
  given: readonly string[],
  outputs: readonly string[],
  place: string,
): void {
  const known = new Set(given);
  for (const { name, op, inputs, outputs: made } of nodes) {
    const missing = inputs.find((input) => input !== '' && !known.has(input));
    if (missing !== undefined) {
      throw new Refusal(`${place}: the node ${name} (${op}) uses ${missing}, which nothing before it makes.`);
    }
    for (const output of made) if (output !== '') known.add(output);
  }
  const unmade = outputs.find((output) => !known.has(output));
  if (unmade !== undefined) throw new Refusal(`${place}: nothing makes its output ${unmade}.`);
  if (outputs.length === 0) throw new Refusal(`${place}: it has no output.`);
}

/** Reads attributes of a node, with the value that ONNX gives those left out. */
export class Attributes {
  readonly #node: OnnxNode;

  constructor(node: OnnxNode) {
    this.#node = node;
  }

  integer(name: string, otherwise: number): number {
    const found = this.#node.attributes.get(name);
    return found === undefined ? otherwise : integer(found.i);
  }

  float(name: string, otherwise: number): number {
    return this.#node.attributes.get(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const found = this.#node.attributes.get(name);
    return found === undefined ? otherwise : Buffer.from(found.s).toString('utf8');
  }

  integers(name: string): readonly number[] | null {
    const found = this.#node.attributes.get(name)?.ints.map(integer);
    return found === undefined || found.length > 16 ? null : found;
  }

  has(name: string): boolean {
    return this.#node.attributes.has(name);
  }
}

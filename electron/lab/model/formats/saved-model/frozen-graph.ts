import { Refusal } from '#shared/errors';
import type { LayerWeight } from '#shared/models';
import type { PlainNode } from '../../../engine/saved-graph';
import { WeightReader } from '../../weight-statistics';
import { integer, packedIntegers } from '../protobuf';
import { attributeOf, castAttributes, constantAttributes, placeholderAttributes } from './attributes';
import type { Checkpoint, SavedTensor } from './checkpoint';
import { DataType, elementBytes } from './data-types';
import type { FlatNode, FlatOutput } from './flatten';
import { floatsOf } from './floats';
import { readAttribute, type TensorMessage } from './messages';
import { isAllowed, variables } from './operations';
import type { VariableKeys } from './variable-keys';

/** A graph in which every weight is a constant, so that it needs nothing but its inputs. */
export interface FrozenGraph {
  /** In the order of computation, each under a short name of its own. */
  readonly nodes: readonly PlainNode[];
  /** The nodes of the file in that order; inputs and variables among them. */
  readonly flat: readonly FlatNode[];
  readonly nameOf: ReadonlyMap<FlatNode, string>;
  /** Variables and constants of real numbers. */
  readonly weights: ReadonlyMap<FlatNode, LayerWeight>;
  /** Values of the variables that the outputs depend on; of a graph without variables its constants of float32. */
  readonly parameters: number;
}

/** What is fed in the place of a node. */
export interface Feed {
  /** What the node's readers expect; it is fed as float32 and turned into this. */
  readonly dtype: number;
  /** -1 is an unknown size, `null` an unknown rank. */
  readonly shape: readonly number[] | null;
}

/** The name under which a node that is fed takes its value. */
export function feedName(name: string): string {
  return `${name}_fed`;
}

/** All constants together may take this much memory. */
const mostConstantBytes = 512 * 1024 * 1024;
/** No constant that says how large a tensor is to be may ask for more values than this. */
const mostValues = 2 ** 26;

/**
 * Orders what some outputs need and replaces its variables by their saved values. Throws a `Refusal` for operations
 * that do more than compute.
 */
export function freeze(
  outputs: readonly FlatOutput[],
  feeds: ReadonlyMap<FlatNode, Feed>,
  context: FreezingContext,
): FrozenGraph {
  const flat = inOrder(outputs, feeds, context.place);
  const nameOf = new Map(flat.map((node, index) => [node, `n${index}`]));
  const memory = { left: mostConstantBytes };
  const nodes: PlainNode[] = [];
  const counts = { variables: 0, constants: 0 };
  const weights = new Map<FlatNode, LayerWeight>();
  const reader = new WeightReader();
  for (const node of flat) {
    const name = nameOf.get(node) as string;
    const feed = feeds.get(node);
    if (feed !== undefined) nodes.push(...fedNodes(name, feed));
    else if (variables.has(node.op)) {
      const value = savedValue(node, context);
      charge(memory, value.bytes.length, node, context.place);
      counts.variables += value.shape.reduce((product, size) => product * size, 1);
      weights.set(node, weightOf(node, value, reader));
      nodes.push({ name, op: 'Const', input: [], attr: constantAttributes(value) });
    } else {
      counts.constants += checkComputes(node, memory, context.place);
      const value = node.op === 'Const' ? constantNumbers(node, context.place) : null;
      if (value !== null) weights.set(node, weightOf(node, value, reader));
      nodes.push({ name, op: node.op, input: inputNames(node, nameOf), attr: node.attributes });
    }
  }
  const parameters = counts.variables === 0 ? counts.constants : counts.variables;
  return { nodes, flat, nameOf, weights, parameters };
}

function weightOf({ name }: FlatNode, value: SavedTensor, reader: WeightReader): LayerWeight {
  return { name, shape: value.shape, statistics: reader.statistics(value.shape, () => floatsOf(value)) };
}

/** A constant of several real numbers; `null` for others, and for one that is written as a value that is repeated. */
function constantNumbers({ attributes }: FlatNode, place: string): SavedTensor | null {
  const tensor = attributeOf(attributes, 'value', place)?.tensor ?? null;
  if (tensor?.dtype !== DataType.float) return null;
  const shape = (tensor.tensor_shape?.dim ?? []).map(({ size }) => integer(size));
  return shape.length === 0 ? null : { dtype: tensor.dtype, shape, bytes: tensor.tensor_content };
}

export interface FreezingContext {
  readonly checkpoint: Checkpoint | null;
  readonly keys: VariableKeys;
  /** Names the graph in the sentence of a `Refusal`. */
  readonly place: string;
}

function fedNodes(name: string, { dtype, shape }: Feed): readonly PlainNode[] {
  const fed = feedName(name);
  return [
    { name: fed, op: 'Placeholder', input: [], attr: placeholderAttributes(DataType.float, shape) },
    { name, op: 'Cast', input: [fed], attr: castAttributes(DataType.float, dtype) },
  ];
}

function inputNames({ inputs }: FlatNode, nameOf: ReadonlyMap<FlatNode, string>): readonly string[] {
  return inputs.map(({ node, index }) => {
    const name = nameOf.get(node) as string;
    return index === 0 ? name : `${name}:${index}`;
  });
}

/** Every node after those that it needs. What feeds an input is not followed. */
function inOrder(
  outputs: readonly FlatOutput[],
  feeds: ReadonlyMap<FlatNode, Feed>,
  place: string,
): readonly FlatNode[] {
  const state = new Map<FlatNode, 'open' | 'done'>();
  const ordered: FlatNode[] = [];
  const stack: { readonly node: FlatNode; next: number }[] = [];
  const enter = (node: FlatNode): void => {
    if (state.get(node) === 'open') throw new Refusal(`${place}: the node ${node.name} depends on itself.`);
    if (state.has(node)) return;
    state.set(node, 'open');
    stack.push({ node, next: 0 });
  };
  for (const { node: output } of outputs) {
    enter(output);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input =
        feeds.has(top.node) || variables.has(top.node.op) ? undefined : top.node.inputs[top.next++];
      if (input !== undefined) enter(input.node);
      else {
        state.set(top.node, 'done');
        ordered.push(top.node);
        stack.pop();
      }
    }
  }
  return ordered;
}

function savedValue(node: FlatNode, { checkpoint, keys, place }: FreezingContext): SavedTensor {
  if (checkpoint === null) {
    throw new Refusal(
      `${place}: it has variables, but no checkpoint (variables/variables.index) lies beside it.`,
    );
  }
  const shared = node.attributes['shared_name'];
  const sharedName = shared === undefined ? '' : Buffer.from(readAttribute(shared, place).s).toString('utf8');
  const key = keys(node.name, sharedName);
  if (key === null)
    throw new Refusal(`${place}: the checkpoint holds no value of the variable ${node.name}.`);
  return checkpoint.tensor(key);
}

function charge(memory: { left: number }, bytes: number, { name }: FlatNode, place: string): void {
  memory.left -= bytes;
  if (memory.left < 0 || !Number.isFinite(bytes)) {
    throw new Refusal(
      `${place}: with the node ${name} its constants need more than ${mostConstantBytes / 2 ** 20} MB.`,
    );
  }
}

/** Returns how many float32 values the node holds, if it is a constant. */
function checkComputes(node: FlatNode, memory: { left: number }, place: string): number {
  if (node.op === 'Placeholder') {
    throw new Refusal(
      `${place}: it needs a value for ${node.name}, which is none of the signature's inputs.`,
    );
  }
  if (!isAllowed(node.op)) {
    throw new Refusal(
      `${place}: the node ${node.name} is of the operation ${node.op.slice(0, 100)}, which is not run: only operations ` +
        `that compute and end are.`,
    );
  }
  for (const position of sizeInputs[node.op] ?? []) checkSize(node, position, place);
  return node.op === 'Const' ? chargeConstant(node, memory, place) : 0;
}

function chargeConstant(node: FlatNode, memory: { left: number }, place: string): number {
  const tensor = attributeOf(node.attributes, 'value', place)?.tensor;
  if (tensor === undefined || tensor === null) {
    throw new Refusal(`${place}: the constant ${node.name} has no value.`);
  }
  const sizes = (tensor.tensor_shape?.dim ?? []).map(({ size }) => integer(size));
  if (sizes.some((size) => size < 0) || sizes.length > 16) {
    throw new Refusal(`${place}: the constant ${node.name} has an impossible shape.`);
  }
  const count = sizes.reduce((product, size) => product * size, 1);
  charge(memory, count * (elementBytes(tensor.dtype) ?? 16), node, place);
  return sizes.length > 0 && tensor.dtype === DataType.float ? count : 0;
}

/** Operations that make a tensor as large as an input says, and which of their inputs say so. */
const sizeInputs: Readonly<Record<string, readonly number[]>> = {
  BroadcastTo: [1],
  Fill: [0],
  LinSpace: [2],
  MirrorPad: [1],
  OneHot: [1],
  Pad: [1],
  PadV2: [1],
  Range: [1],
  ResizeBicubic: [1],
  ResizeBilinear: [1],
  ResizeNearestNeighbor: [1],
  Tile: [1],
};

function checkSize({ name, inputs, op }: FlatNode, position: number, place: string): void {
  const source = inputs[position]?.node;
  if (source?.op !== 'Const') return;
  const tensor = attributeOf(source.attributes, 'value', place)?.tensor ?? null;
  const values = tensor === null ? [] : integersOf(tensor);
  const product = values.reduce((sum, value) => sum * Math.max(1, Math.abs(value)), 1);
  if (product > mostValues) {
    throw new Refusal(`${place}: the node ${name} (${op}) would make a tensor of ${product} values.`);
  }
}

function integersOf({
  dtype,
  tensor_content: content,
  int_val,
  int64_val,
}: TensorMessage): readonly number[] {
  const listed = [...int_val, ...int64_val].flatMap(packedIntegers);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (dtype === DataType.int32) {
    return [...listed, ...range(content.length >> 2).map((index) => view.getInt32(4 * index, true))];
  }
  if (dtype === DataType.int64) {
    return [
      ...listed,
      ...range(content.length >> 3).map((index) => Number(view.getBigInt64(8 * index, true))),
    ];
  }
  return listed;
}

function range(count: number): readonly number[] {
  return [...new Array(count).keys()];
}

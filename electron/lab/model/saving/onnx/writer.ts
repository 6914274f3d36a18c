import type { Shape } from '../graph/target';
import { bytesOf, transposed } from '../graph/weights';
import {
  attribute,
  dataType,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './messages';

/** Where the channels lie in a tensor of three axes or more. Most operations of ONNX want them first. */
export type Layout = 'channels last' | 'channels first';

/** A tensor of the graph, or a constant that is laid out when it is known what it meets. */
export interface Value {
  /** As if the channels were last. */
  readonly shape: Shape;
  readonly name: string;
  readonly layout: Layout;
  /** Row-major, channels last; `null` for what is computed. */
  readonly constant: Float32Array | null;
}

/** Writes nodes and constants, and moves channels only where an operation needs it, once for each tensor. */
export class OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly inputs: OnnxValue[] = [];
  readonly #names = new Set<string>();
  readonly #constants = new Map<string, string>();
  readonly #arranged = new Map<string, Value>();
  #prefix = '';

  begin(name: string): void {
    this.#prefix = name;
  }

  input(name: string, type: 'float32' | 'int32', shape: Shape): Value {
    const unique = this.#unique(name);
    const element = type === 'int32' ? dataType.int32 : dataType.float;
    this.inputs.push(valueInfo(unique, element, shape));
    return { name: unique, shape, layout: 'channels last', constant: null };
  }

  /** Adds an operation with one result, called after the layer, and returns the result's name. */
  add(op: string, inputs: readonly string[], attributes: readonly OnnxAttribute[] = []): string {
    return this.#node(
      this.#names.has(this.#prefix) ? `${this.#prefix}/${op}` : this.#prefix,
      op,
      inputs,
      attributes,
    );
  }

  #node(wanted: string, op: string, inputs: readonly string[], attributes: readonly OnnxAttribute[]): string {
    const name = this.#unique(wanted);
    this.nodes.push({ name, op_type: op, input: inputs, output: [name], attribute: attributes });
    return name;
  }

  floats(name: string, shape: readonly number[], values: Float32Array): string {
    return this.#initializer(`${this.#prefix}/${name}`, dataType.float, shape, bytesOf(values));
  }

  /** Equal ones are held once. */
  scalar(value: number): string {
    return this.#once(`number/${String(value)}`, dataType.float, [], bytesOf(Float32Array.of(value)));
  }

  /** A list of whole numbers, such as axes. Equal ones are held once. */
  integers(values: readonly number[]): string {
    const bytes = bytesOf(BigInt64Array.from(values, BigInt));
    return this.#once(`integers/${values.join('_')}`, dataType.int64, [values.length], bytes);
  }

  /** The name of a tensor with its channels where they are wanted. */
  arranged(value: Value, layout: Layout): string {
    if (value.constant !== null) return this.#constantIn(value, value.constant, layout);
    const rank = value.shape.length;
    if (value.layout === layout || rank < 3) return value.name;
    const key = `${value.name}:${layout}`;
    const known = this.#arranged.get(key);
    if (known !== undefined) return known.name;
    const perm = layout === 'channels first' ? toFirst(rank) : toLast(rank);
    const called = `${value.name}/${layout.replace(' ', '_')}`;
    const name = this.#node(called, 'Transpose', [value.name], [attribute.integers('perm', perm)]);
    const turned = { ...value, name, layout };
    this.#arranged.set(key, turned);
    this.#arranged.set(`${name}:${value.layout}`, value);
    return name;
  }

  #constantIn({ shape, name }: Value, values: Float32Array, layout: Layout): string {
    const sizes = shape as readonly number[];
    if (sizes.length === 0) return this.scalar(values[0] as number);
    if (layout === 'channels last' || sizes.length < 3) return this.floats(name, sizes, values);
    const order = toFirst(sizes.length);
    const turned = order.map((axis) => sizes[axis] as number);
    return this.floats(name, turned, transposed(values, sizes, order));
  }

  #once(name: string, type: number, dims: readonly number[], bytes: Uint8Array): string {
    const known = this.#constants.get(name) ?? this.#initializer(name, type, dims, bytes);
    this.#constants.set(name, known);
    return known;
  }

  #initializer(name: string, type: number, dims: readonly number[], bytes: Uint8Array): string {
    const unique = this.#unique(name);
    this.initializers.push({ name: unique, data_type: type, dims, raw_data: bytes });
    return unique;
  }

  #unique(wanted: string): string {
    let name = wanted;
    for (let copy = 1; this.#names.has(name); copy++) name = `${wanted}_${String(copy)}`;
    this.#names.add(name);
    return name;
  }
}

/** The axes of a channels-last tensor in the order of a channels-first one, and back. */
function toFirst(rank: number): readonly number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, direction) => direction + 1)];
}

function toLast(rank: number): readonly number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, direction) => direction + 2), 1];
}

/** Where an axis of a channels-last tensor of this rank lies. */
export function axisIn(layout: Layout, axis: number, rank: number): number {
  if (layout === 'channels last' || rank < 3 || axis === 0) return axis;
  return axis === rank - 1 ? 1 : axis + 1;
}

export function valueInfo(name: string, element: number, shape: Shape): OnnxValue {
  const dim = shape.map((size, axis) =>
    size === null ? { dim_param: axis === 0 ? 'batch' : `size_${String(axis)}` } : { dim_value: size },
  );
  return { name, type: { tensor_type: { elem_type: element, shape: { dim } } } };
}

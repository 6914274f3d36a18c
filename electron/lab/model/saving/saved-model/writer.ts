import {
  shapeMessage,
  type GraphAttribute,
  type GraphNode,
  type SignatureTensor,
} from '../../../engine/compiled/saved-model';
import { DataType } from '../../../engine/native';
import type { Shape } from '../graph/target';
import { bytesOf } from '../graph/weights';

/** A tensor of the graph: its node's only or first output. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** Attributes as TensorFlow's messages have them. */
export const attribute = {
  floatType: { type: DataType.float },
  intType: { type: DataType.int32 },
  float: (f: number): GraphAttribute => ({ f }),
  integer: (i: number): GraphAttribute => ({ i }),
  integers: (i: readonly number[]): GraphAttribute => ({ list: { i } }),
  text: (s: string): GraphAttribute => ({ s: new TextEncoder().encode(s) }),
  flag: (b: boolean): GraphAttribute => ({ b }),
} as const;

/** Writes nodes of a TensorFlow graph, called after their layer. */
export class TensorFlowWriter {
  readonly nodes: GraphNode[] = [];
  readonly #names = new Set<string>();
  #prefix = '';

  begin(name: string): void {
    this.#prefix = name;
  }

  /** Adds an operation and returns its name, which is that of its first output too. */
  add(op: string, input: readonly string[], attr: Readonly<Record<string, GraphAttribute>>): string {
    return this.#node(
      this.#names.has(this.#prefix) ? `${this.#prefix}/${op}` : this.#prefix,
      op,
      input,
      attr,
    );
  }

  floats(name: string, shape: readonly number[], values: Float32Array): string {
    return this.#constant(name, DataType.float, shape, values);
  }

  /** A list, or with a `shape` any tensor, of int32. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant('integers', DataType.int32, shape, Int32Array.from(values));
  }

  #constant(name: string, type: number, shape: readonly number[], values: Float32Array | Int32Array): string {
    const tensor = { dtype: type, tensor_shape: shapeMessage(shape), tensor_content: bytesOf(values) };
    return this.#node(`${this.#prefix}/${name}`, 'Const', [], { dtype: { type }, value: { tensor } });
  }

  #node(
    wanted: string,
    op: string,
    input: readonly string[],
    attr: Readonly<Record<string, GraphAttribute>>,
  ): string {
    let name = wanted;
    for (let copy = 1; this.#names.has(name); copy++) name = `${wanted}_${String(copy)}`;
    this.#names.add(name);
    this.nodes.push({ name, op, input, attr });
    return name;
  }
}

/** -1 where a size is unknown. */
export function knownSizes(shape: Shape): readonly number[] {
  return shape.map((size) => size ?? -1);
}

export function signatureTensor({ name, shape }: Value, dtype: number): SignatureTensor {
  return { name: `${name}:0`, dtype, tensor_shape: shapeMessage(knownSizes(shape)) };
}

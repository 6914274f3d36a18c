import { DataType, type NativeAttribute, type NativeBinding, type NativeData } from '../native';
import { shapeMessage, type GraphAttribute, type GraphNode } from './saved-model';

/** A node's output as other nodes name it: `relu` or `moments:1`. */
export type Output = string;

/** What a node takes as inputs: outputs, and under `after` nodes that must have run. */
export interface NodeInputs {
  readonly from?: readonly Output[];
  readonly after?: readonly Output[];
}

/** Builds a TensorFlow graph node by node. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #constants = new Map<string, Output>();
  readonly #taken = new Map<string, number>();
  readonly #binding: NativeBinding;

  constructor(binding: NativeBinding) {
    this.#binding = binding;
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** Adds a node under this name, or under the next free one, and returns its first output. */
  add(
    name: string,
    op: string,
    { from = [], after = [] }: NodeInputs,
    attr: Readonly<Record<string, GraphAttribute>> = {},
  ): Output {
    const unique = this.#uniqueName(name);
    const input = [...from, ...after.map((output) => `^${nodeOf(output)}`)];
    this.#nodes.push({ name: unique, op, input, attr });
    return unique;
  }

  /** Adds a node as it was traced. */
  addTraced(
    name: string,
    op: string,
    from: readonly Output[],
    attributes: readonly NativeAttribute[],
  ): Output {
    const attr = Object.fromEntries(
      attributes.map((attribute) => [attribute.name, this.#attribute(attribute)]),
    );
    return this.add(name, op, { from }, attr);
  }

  placeholder(name: string, dtype: number, shape: readonly number[]): Output {
    return this.add(
      name,
      'Placeholder',
      {},
      { dtype: { type: dtype }, shape: { shape: shapeMessage(shape) } },
    );
  }

  /** Equal constants are one node. */
  constant(dtype: number, shape: readonly number[], data: NativeData): Output {
    const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = `${dtype}:${shape.join()}:${Buffer.from(content).toString('latin1')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const tensor = { dtype, tensor_shape: shapeMessage(shape), tensor_content: content };
    const output = this.add('constant', 'Const', {}, { dtype: { type: dtype }, value: { tensor } });
    this.#constants.set(key, output);
    return output;
  }

  float(value: number): Output {
    return this.constant(DataType.float, [], Float32Array.of(value));
  }

  integers(shape: readonly number[], values: readonly number[]): Output {
    return this.constant(DataType.int32, shape, Int32Array.from(values));
  }

  #uniqueName(name: string): string {
    const count = this.#taken.get(name) ?? 0;
    this.#taken.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  }

  #attribute({ name, type, value }: NativeAttribute): GraphAttribute {
    const { TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE } =
      this.#binding;
    switch (type) {
      case TF_ATTR_STRING:
        return { s: Buffer.from(value as string) };
      case TF_ATTR_INT:
        return Array.isArray(value) ? { list: { i: value as number[] } } : { i: value as number };
      case TF_ATTR_FLOAT:
        return Array.isArray(value) ? { list: { f: value as number[] } } : { f: value as number };
      case TF_ATTR_BOOL:
        return Array.isArray(value) ? { list: { b: value as boolean[] } } : { b: Boolean(value) };
      case TF_ATTR_TYPE:
        return { type: value as number };
      case TF_ATTR_SHAPE:
        return { shape: shapeMessage(value as number[]) };
      default:
        throw new Error(`The attribute ${name} is of a kind (${type}) that graphs are not written with.`);
    }
  }
}

function nodeOf(output: Output): string {
  return output.split(':')[0] as string;
}

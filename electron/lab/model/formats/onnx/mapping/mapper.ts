import type { LayerAttribute } from '#shared/models';
import type { KerasCall, KerasLayer, KerasModel, TensorReference } from '../../../keras-config/keras-model';
import type { StoredWeight, WeightSource } from '../../../keras-config/weight-source';
import type { Attributes } from '../graph';
import { type OnnxGraph, type OnnxNode, type Shape } from '../graph';
import { nodeAttributes } from '../node-attributes';
import type { Constant } from '../tensors';

/** What no layer computes; the message completes 'the node x (Op) ...'. */
export class Unmappable extends Error {}

/** What a layer gives. */
export interface Mapped {
  readonly kind: 'mapped';
  readonly from: TensorReference;
  /** As the file orders its axes, the batch first and `null`. */
  readonly shape: Shape;
  /** Whether it has no negative values, so that zeros around it change no maximum. */
  readonly positive: boolean;
}

/** Sizes of a tensor, computed by nodes; the batch is `null`. */
export interface Sizes {
  readonly kind: 'sizes';
  readonly values: Shape;
}

export type MappedValue = Mapped | Sizes | { readonly kind: 'constant'; readonly constant: Constant };

export interface LayerDescription {
  readonly className: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly weights?: Readonly<Record<string, Weight>>;
  /** What the layer gives, as the file orders its axes. */
  readonly shape: Shape;
  readonly positive?: boolean;
  /** Names a layer that only prepares for the node's own. */
  readonly before?: string;
}

/** Values in Keras's layout, made when they are asked for. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly read: () => Float32Array;
  /** Not in the file, but needed by the layer that stands for the node. */
  readonly made?: boolean;
}

/** Writes an ONNX graph as a Keras model whose maps have their channels first. */
export class Mapper {
  readonly graph: OnnxGraph;
  readonly #values = new Map<string, MappedValue>();
  readonly #layers: KerasLayer[] = [];
  readonly #weights = new Map<string, ReadonlyMap<string, Weight>>();
  /** What the file says of layers, by their names. */
  readonly #said = new Map<string, readonly LayerAttribute[]>();
  readonly #uses: ReadonlyMap<string, readonly OnnxNode[]>;
  /** Nodes that are part of the layer of another: what they give is what that one does. */
  readonly #takenIn = new Map<OnnxNode, OnnxNode>();

  constructor(graph: OnnxGraph) {
    this.graph = graph;
    this.#uses = usesOf(graph);
    for (const [name, constant] of graph.constants) this.#values.set(name, { kind: 'constant', constant });
    for (const { name, shape } of graph.inputs) {
      const layer = this.#addLayer(
        name,
        'Input',
        'InputLayer',
        { batch_input_shape: [null, ...shape.slice(1)] },
        [],
      );
      this.set(name, { kind: 'mapped', from: layer, shape: [null, ...shape.slice(1)], positive: false });
    }
  }

  value(name: string): MappedValue {
    const value = this.#values.get(name);
    if (value === undefined) throw new Unmappable(`uses ${name || 'an input'}, which is not known`);
    return value;
  }

  /** The value of an input that must come from a layer. */
  tensor(node: OnnxNode, index: number): Mapped {
    const value = this.value(node.inputs[index] ?? '');
    if (value.kind !== 'mapped') throw new Unmappable('computes on constants');
    return value;
  }

  /** The value of an input that must be known; `null` where it is left out. */
  constant(node: OnnxNode, index: number): Constant | null {
    const name = node.inputs[index] ?? '';
    if (name === '') return null;
    const value = this.value(name);
    if (value.kind !== 'constant') throw new Unmappable(`computes its input ${name} while it runs`);
    return value.constant;
  }

  #constantOf(name: string): Constant | undefined {
    const value = this.#values.get(name);
    return value?.kind === 'constant' ? value.constant : undefined;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Makes the layer of `by` do what `node` does. */
  takeIn(node: OnnxNode, by: OnnxNode): void {
    this.#takenIn.set(node, by);
  }

  /** Whether another node's layer has done this node's work. */
  isDone(node: OnnxNode): boolean {
    const by = this.#takenIn.get(node);
    if (by === undefined) return false;
    this.set(node.outputs[0] ?? '', this.value(by.outputs[0] ?? ''));
    return true;
  }

  set(name: string, value: MappedValue): void {
    this.#values.set(name, value);
  }

  /** The only node that uses a value, if it is one and the value is no output of the graph. */
  onlyUser(name: string): OnnxNode | null {
    const users = this.#uses.get(name) ?? [];
    return users.length === 1 && !this.graph.outputs.includes(name) ? (users[0] as OnnxNode) : null;
  }

  users(name: string): readonly OnnxNode[] {
    return this.#uses.get(name) ?? [];
  }

  /** Adds a layer. Its output stands for the node's first output, or feeds the node's own layer. */
  layer(node: OnnxNode, inputs: readonly Mapped[], described: LayerDescription): Mapped {
    const { className, config = {}, weights = {}, shape, positive = false, before } = described;
    const name = before === undefined ? node.name : `${node.name}/${before}`;
    const calls = [{ inputs: inputs.map(({ from }) => from) }];
    const from = this.#addLayer(name, before === undefined ? node.op : className, className, config, calls);
    if (before === undefined)
      this.#said.set(
        name,
        nodeAttributes(node, (value) => this.#constantOf(value)),
      );
    this.#weights.set(name, new Map(Object.entries(weights)));
    const mapped: Mapped = { kind: 'mapped', from, shape, positive };
    if (before === undefined && node.outputs[0] !== undefined) this.set(node.outputs[0], mapped);
    return mapped;
  }

  model(): KerasModel {
    const outputs = this.graph.outputs.map((name) => {
      const value = this.value(name);
      if (value.kind !== 'mapped') throw new Unmappable('gives a constant as output');
      return value.from;
    });
    return {
      className: 'Functional',
      name: this.graph.name || 'onnx',
      sequential: false,
      layers: this.#layers.map((layer) => {
        const said = this.#said.get(layer.name);
        return said === undefined ? layer : { ...layer, said };
      }),
      inputs: this.graph.inputs.map(({ name }) => ({ layer: name, node: 0, tensor: 0 })),
      outputs,
    };
  }

  /** How many values of the file the layers hold. */
  parameters(): number {
    const weights = [...this.#weights.values()].flatMap((of) => [...of.values()]);
    return weights.filter(({ made }) => made !== true).reduce((sum, { shape }) => sum + product(shape), 0);
  }

  weights(): WeightSource {
    return {
      find: ({ path, name }): StoredWeight | null => {
        const layer = path.at(-1)?.layer.name ?? '';
        return this.#weights.get(layer)?.get(name) ?? null;
      },
    };
  }

  #addLayer(
    name: string,
    writtenAs: string,
    className: string,
    config: Readonly<Record<string, unknown>>,
    calls: readonly KerasCall[],
  ): TensorReference {
    this.#layers.push({ className, writtenAs, name, config, nested: null, calls });
    return { layer: name, node: 0, tensor: 0 };
  }
}

function usesOf({ nodes }: OnnxGraph): ReadonlyMap<string, readonly OnnxNode[]> {
  const uses = new Map<string, OnnxNode[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      const users = uses.get(input) ?? [];
      users.push(node);
      uses.set(input, users);
    }
  }
  return uses;
}

/** Gives layers for one node. Throws an `Unmappable` where there are none that compute the same. */
export type NodeMapper = (node: OnnxNode, mapper: Mapper, attributes: Attributes) => void;

/** Maps are [batch, channels, rows, columns]. */
export function requireMaps({ shape }: Mapped): number {
  const channels = shape[1];
  if (shape.length !== 4 || channels === undefined || channels === null) {
    throw new Unmappable(`works on ${shape.length} axes, where layers take images of known channels`);
  }
  return channels;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** What the axes after the batch hold together; `null` where a size is unknown. */
export function valuesOf(shape: Shape): number | null {
  return shape
    .slice(1)
    .reduce<number | null>((all, size) => (all === null || size === null ? null : all * size), 1);
}

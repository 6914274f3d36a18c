/** A card's layers as a graph: who reads whom. */
import type { CardLayer, ModelCard } from '#shared/models';

/** What is drawn: a layer, or an input of the network that its file lists as none. */
export interface NetworkNode {
  readonly name: string;
  readonly type: string;
  /** Without the batch; `null` where it is not known. */
  readonly shape: readonly (number | null)[] | null;
  readonly parameters: number;
  /** Why it does not run; `null` for one that does. */
  readonly problem: string | null;
  /** `null` where it is not known. */
  readonly reads: readonly string[] | null;
  /** Names of the layers that read it. */
  readonly readers: readonly string[];
  /** The nested model that it is a layer of. */
  readonly within: string | null;
  /** `null` for an input that is no layer. */
  readonly layer: CardLayer | null;
}

/** A nested model: a frame around its layers. */
export interface NestedModel {
  readonly name: string;
  readonly within: string | null;
}

export interface Network {
  /** In the order of the file, inputs first. */
  readonly nodes: ReadonlyMap<string, NetworkNode>;
  readonly nested: ReadonlyMap<string, NestedModel>;
}

export function networkOf({ layers, inputShape }: Pick<ModelCard, 'layers' | 'inputShape'>): Network {
  const nested = nestedModels(layers);
  const drawn = layers.filter(({ within }) => within === 0);
  const readers = readersOf(drawn);
  const inputs = unlisted(drawn);
  const nodes = [
    ...inputs.map((name): NetworkNode => ({
      name,
      type: 'Input',
      // The card tells the shape of one input.
      shape: inputs.length === 1 ? inputShape : null,
      parameters: 0,
      problem: null,
      reads: [],
      readers: readers.get(name) ?? [],
      within: null,
      layer: null,
    })),
    ...drawn.map((layer): NetworkNode => {
      const { name, type, outputShape: shape, parameters, problem, inputs: reads } = layer;
      const within = nested.parents.get(name) ?? null;
      return {
        name,
        type,
        shape,
        parameters,
        problem,
        reads,
        readers: readers.get(name) ?? [],
        within,
        layer,
      };
    }),
  ];
  return { nodes: new Map(nodes.map((node) => [node.name, node])), nested: nested.models };
}

function readersOf(layers: readonly CardLayer[]): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const { name, inputs } of layers) {
    for (const input of inputs ?? []) {
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [name]);
      else known.push(name);
    }
  }
  return readers;
}

/** What is read and is no layer: the network's inputs. */
function unlisted(layers: readonly CardLayer[]): readonly string[] {
  const listed = new Set(layers.map(({ name }) => name));
  const read = new Set(layers.flatMap(({ inputs }) => inputs ?? []));
  return [...read].filter((name) => !listed.has(name));
}

/** Models that hold layers of the list, and which model each layer is directly within. */
function nestedModels(layers: readonly CardLayer[]) {
  const models = new Map<string, NestedModel>();
  const parents = new Map<string, string>();
  const open: { readonly name: string; readonly end: number }[] = [];
  layers.forEach(({ name, within }, index) => {
    while (open.length > 0 && index > (open.at(-1)?.end ?? 0)) open.pop();
    const parent = open.at(-1)?.name ?? null;
    if (parent !== null) parents.set(name, parent);
    if (within === 0) return;
    models.set(name, { name, within: parent });
    open.push({ name, end: index + within });
  });
  return { models, parents };
}

import { buildKerasModel } from '../../keras-config/build';
import { isKerasModel, parseKerasModel } from '../../keras-config/parse';
import type { LayerPath, StoredWeight, WantedWeight, WeightSource } from '../../keras-config/weight-source';
import type { LayersNetwork } from '../../opened-model';
import { parseJson } from '../json';
import type { Checkpoint, SavedTensor } from './checkpoint';
import { floatsOf } from './floats';
import type { CheckpointObject, KerasMetadata, ObjectGraph } from './messages';
import { unwrapLists } from './plain-json';
import { keyOf, pairObjects } from './variable-keys';

/** What Keras noted of the objects that it saved: JSON by the object's number. */
export type ObjectNotes = ReadonlyMap<number, string>;

/** Keras noted it in a file beside the graph since TensorFlow 2.5, before in the graph's own objects. */
export function objectNotes(metadata: KerasMetadata | null, { nodes }: ObjectGraph): ObjectNotes {
  const own = nodes.map((node, index) => [index, node.user_object?.metadata ?? ''] as const);
  const beside = (metadata?.nodes ?? []).map((node) => [node.node_id, node.metadata] as const);
  return new Map([...own, ...beside].filter(([, text]) => text !== ''));
}

export interface KerasSavedModel {
  readonly notes: ObjectNotes;
  readonly objects: ObjectGraph;
  readonly checkpoint: Checkpoint;
  /** Names the file in the sentence of a `Refusal`. */
  readonly place: string;
}

/** The Keras model that was saved, as its notes describe it; `null` where it was none. */
export function kerasDescription({ notes, place }: Pick<KerasSavedModel, 'notes' | 'place'>): unknown {
  const root = notes.get(0);
  if (root === undefined) return null;
  const about = `${place}, the description of the model,`;
  const description = unwrapLists(parseJson(root, about), about);
  return isKerasModel(description) ? description : null;
}

/** Rebuilds a Keras model as layers, with their weights from the checkpoint. */
export function buildSavedLayers(description: unknown, saved: KerasSavedModel): LayersNetwork {
  const model = parseKerasModel(description, saved.place);
  return buildKerasModel(model, { owner: saved.place, generation: 2, weights: new ObjectWeights(saved) });
}

/** Weights found as Keras finds them: by the names under which objects hold each other. */
class ObjectWeights implements WeightSource {
  readonly #saved: KerasSavedModel;
  readonly #objects: readonly CheckpointObject[];
  readonly #pairs: ReadonlyMap<number, number>;
  /** By an object's number, the objects that it holds as layers, by their names. */
  readonly #layers = new Map<number, ReadonlyMap<string, number>>();

  constructor(saved: KerasSavedModel) {
    this.#saved = saved;
    this.#objects = saved.checkpoint.objects();
    this.#pairs = pairObjects(saved.objects, this.#objects);
  }

  find({ path, name, position }: WantedWeight): StoredWeight | null {
    const layer = this.#layerObject(path);
    if (layer === null) return null;
    const key = this.#key(this.#child(layer, name)) ?? this.#key(this.#listed(layer, position));
    return key === undefined ? null : storedWeight(key, this.#saved.checkpoint.tensor(key));
  }

  /** The number of the object of the innermost layer. */
  #layerObject(path: LayerPath): number | null {
    let at = 0;
    for (const { layer } of path) {
      const inside = this.#layersOf(at).get(layer.name);
      if (inside === undefined) return null;
      at = inside;
    }
    return at;
  }

  #layersOf(model: number): ReadonlyMap<string, number> {
    const known = this.#layers.get(model);
    if (known !== undefined) return known;
    const held = this.#saved.objects.nodes[model]?.children ?? [];
    const layers = held.filter(({ local_name }) => /^layer(_with_weights)?-\d+$/.test(local_name));
    const named = new Map(layers.map(({ node_id }) => [this.#nameOf(node_id), node_id]));
    this.#layers.set(model, named);
    return named;
  }

  #nameOf(object: number): string {
    const text = this.#saved.notes.get(object);
    if (text === undefined) return '';
    const note = parseJson(text, `${this.#saved.place}, the description of object ${object},`);
    const name: unknown = typeof note === 'object' && note !== null && 'name' in note ? note.name : '';
    return typeof name === 'string' ? name : '';
  }

  #child(object: number, name: string): number | undefined {
    const held = this.#saved.objects.nodes[object]?.children;
    return held?.find(({ local_name }) => local_name === name)?.node_id;
  }

  /** The layer's variables in Keras's order. */
  #listed(layer: number, position: number): number | undefined {
    const list = this.#child(layer, 'variables');
    return list === undefined ? undefined : this.#child(list, String(position));
  }

  #key(object: number | undefined): string | undefined {
    return object === undefined ? undefined : keyOf(this.#objects[this.#pairs.get(object) ?? -1]);
  }
}

function storedWeight(key: string, tensor: SavedTensor): StoredWeight | null {
  const values = floatsOf(tensor);
  return values === null ? null : { name: key, shape: tensor.shape, read: () => values };
}

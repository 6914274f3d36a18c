import type { LayerPath, StoredWeight, WantedWeight, WeightSource } from '../../keras-config/weight-source';
import type { Generation } from '../../keras-config/keras-model';
import { listAttribute, storedWeight, type Hdf5Contents } from './contents';
import { weightOfKeras1, weightOfTheano } from './older-kernels';

export interface LegacyLayout {
  /** The group that holds a group a layer: `model_weights`, or '' in a file of weights only. */
  readonly root: string;
  readonly generation: Generation;
  /** What the file says it was trained with, such as `theano`; `null` where it does not say. */
  readonly backend: string | null;
}

/**
 * Weights as `.h5` files hold them: a group for each layer of the outermost model, whose `weight_names` list its
 * weights in Keras's order. A nested model has one group for all its layers.
 */
export class LegacyWeights implements WeightSource {
  readonly #contents: Hdf5Contents;
  readonly #layout: LegacyLayout;
  /** By nested model: which of its layers' prefixes belong to which layer. */
  readonly #prefixes = new Map<string, Map<string, string>>();

  constructor(contents: Hdf5Contents, layout: LegacyLayout) {
    this.#contents = contents;
    this.#layout = layout;
  }

  find(wanted: WantedWeight): StoredWeight | null {
    const [outermost, ...inner] = wanted.path;
    if (outermost === undefined) return null;
    const group = outermost.layer.name;
    const names = listAttribute(this.#contents, this.#at(group), 'weight_names');
    if (names === null) return null;
    const name = inner.length === 0 ? names[wanted.position] : this.#inNested(group, names, wanted);
    const stored = name === undefined || name === null ? null : this.#stored(group, name);
    return stored === null ? null : this.#asToday(stored, wanted);
  }

  #at(group: string): string {
    return this.#layout.root === '' ? group : `${this.#layout.root}/${group}`;
  }

  #stored(group: string, name: string): StoredWeight | null {
    const dataSet = this.#contents.dataSets.get(`${this.#at(group)}/${name}`);
    return dataSet === undefined ? null : storedWeight(name, dataSet);
  }

  /**
   * A nested model's weights are named after its layers, but lie in two rows: those that are trained before those that
   * are not. So they are first parted by the layer they are named after.
   */
  #inNested(group: string, names: readonly string[], { path, position }: WantedWeight): string | null {
    const prefix = this.#prefixOf(group, names, path);
    return prefix === null ? null : (names.filter((name) => prefixOfName(name) === prefix)[position] ?? null);
  }

  #prefixOf(group: string, names: readonly string[], path: LayerPath): string | null {
    const known = this.#prefixes.get(group) ?? new Map<string, string>();
    this.#prefixes.set(group, known);
    const key = path.map(({ layer }) => layer.name).join('/');
    const found = known.get(key) ?? choosePrefix(names, path, [...known.values()]);
    if (found !== null) known.set(key, found);
    return found;
  }

  #asToday(stored: StoredWeight, wanted: WantedWeight): StoredWeight {
    const layer = wanted.path.at(-1)?.layer;
    if (layer === undefined) return stored;
    const today = this.#layout.generation === 1 ? weightOfKeras1(stored, layer, wanted) : stored;
    return this.#layout.backend === 'theano' ? weightOfTheano(today, layer, wanted) : today;
  }
}

/** `block/conv/kernel:0` is a weight of `block/conv`; Keras 1 wrote `conv_W:0`. */
function prefixOfName(name: string): string {
  const slash = name.lastIndexOf('/');
  return slash === -1 ? name.replace(/_[^_]*$/, '') : name.slice(0, slash);
}

/** The prefix that ends with the layer's own name; where none or several do, the next that no layer has yet. */
function choosePrefix(names: readonly string[], path: LayerPath, taken: readonly string[]): string | null {
  const free = [...new Set(names.map(prefixOfName))].filter((prefix) => !taken.includes(prefix));
  const layer = path.at(-1)?.layer.name ?? '';
  const named = free.filter((prefix) => prefix === layer || prefix.endsWith(`/${layer}`));
  const deeper = named.filter((prefix) =>
    path.slice(1).every((step) => prefix.split('/').includes(step.layer.name)),
  );
  return (deeper.length === 1 ? deeper[0] : named[0]) ?? free[0] ?? null;
}

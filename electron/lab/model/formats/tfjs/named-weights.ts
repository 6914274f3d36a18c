import type { StoredWeight, WantedWeight, WeightSource } from '../../keras-config/weight-source';

/**
 * Weights of a flat list, found by the layer that their names begin with: `conv2d/kernel`, or `model/conv2d/kernel` in
 * files converted from Keras 3. Where a layer's name is in none, its weights are the next in the list that belong to
 * no other layer: TensorFlow.js renames weights of layers that are called alike.
 */
export class NamedWeights implements WeightSource {
  readonly #byPrefix = new Map<string, StoredWeight[]>();
  readonly #taken = new Map<string, string>();

  /** @param weights in the order of the file */
  constructor(weights: readonly StoredWeight[]) {
    for (const weight of weights) {
      const prefix = weight.name.slice(0, Math.max(0, weight.name.lastIndexOf('/')));
      const others = this.#byPrefix.get(prefix);
      if (others === undefined) this.#byPrefix.set(prefix, [weight]);
      else others.push(weight);
    }
  }

  find(wanted: WantedWeight): StoredWeight | null {
    const key = wanted.path.map(({ layer }) => layer.name).join('/');
    const prefix = this.#taken.get(key) ?? this.#prefixOf(wanted);
    if (prefix === undefined) return null;
    this.#taken.set(key, prefix);
    const weights = this.#byPrefix.get(prefix) ?? [];
    return weights.find(({ name }) => lastOf(name) === wanted.name) ?? weights[wanted.position] ?? null;
  }

  #prefixOf({ path }: WantedWeight): string | undefined {
    const names = path.map(({ layer }) => layer.name);
    const taken = new Set(this.#taken.values());
    const free = [...this.#byPrefix.keys()].filter((prefix) => !taken.has(prefix));
    const layer = names.at(-1) ?? '';
    const endings = [names.join('/'), layer];
    for (const ending of endings) {
      const found =
        free.find((prefix) => prefix === ending) ?? free.find((prefix) => prefix.endsWith(`/${ending}`));
      if (found !== undefined) return found;
    }
    return free.find((prefix) => prefix.startsWith(`${layer}_`)) ?? free[0];
  }
}

/** `conv/kernel_1` is a kernel, renamed because another model in the same page had one. */
function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/(_\d+)?(:\d+)?$/, '');
}

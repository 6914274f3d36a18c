import type { KerasLayer } from '../../keras-config/keras-model';
import type { LayerPath, StoredWeight, WantedWeight, WeightSource } from '../../keras-config/weight-source';
import { storedWeight, type Hdf5Contents } from './contents';

/** What the list of a model's layers was called, newest first (Keras 3, and tf.keras 2.12 to 2.15). */
const lists = ['layers', '_layer_checkpoint_dependencies'] as const;

export function hasPathWeights(contents: Hdf5Contents): boolean {
  return lists.some((list) => contents.groups.has(list));
}

/**
 * Weights as Keras 3 holds them: at `layers/conv2d_1/vars/0`, where a layer is not called by its name but by its class
 * in snake case, counted within its model (keras/src/saving/saving_lib.py, `_save_container_state`).
 */
export class PathWeights implements WeightSource {
  readonly #contents: Hdf5Contents;

  constructor(contents: Hdf5Contents) {
    this.#contents = contents;
  }

  find({ path, position }: WantedWeight): StoredWeight | null {
    for (const list of lists) {
      const at = `${groupOf(path, list)}/vars/${String(position)}`;
      const dataSet = this.#contents.dataSets.get(at);
      if (dataSet !== undefined) return storedWeight(at, dataSet);
    }
    return null;
  }
}

function groupOf(path: LayerPath, list: string): string {
  return path
    .map(({ model, layer }) => `${list}/${savedName(model.layers, layer, model.sequential)}`)
    .join('/');
}

function savedName(layers: readonly KerasLayer[], layer: KerasLayer, sequential: boolean): string {
  const own = snakeCase(layer.writtenAs);
  // A Sequential model does not count its input among its layers.
  const counted = sequential ? layers.filter(({ className }) => className !== 'InputLayer') : layers;
  const before = counted
    .slice(0, counted.indexOf(layer))
    .filter((other) => snakeCase(other.writtenAs) === own);
  return before.length === 0 ? own : `${own}_${String(before.length)}`;
}

/** As Keras's `naming.to_snake_case`: `Conv2D` becomes `conv2d`, `ReLU` `re_lu`. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

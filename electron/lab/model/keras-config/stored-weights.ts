import * as tf from '@tensorflow/tfjs';
import { MalformedLayer } from './layer-faults';
import type { LayerPath, WeightSource } from './weight-source';

type AddWeight = (
  name: string,
  shape: tf.Shape,
  dtype?: tf.DataType,
  initializer?: { apply(): tf.Tensor },
  ...others: unknown[]
) => unknown;

/**
 * Makes a layer begin with the weights of a file instead of initial ones, so that no weight is held twice and no memory
 * is taken for a shape that the file does not fill. `addWeight` is TensorFlow.js's one door for weights.
 */
export function beginWithStoredWeights(layer: tf.layers.Layer, path: LayerPath, source: WeightSource): void {
  const add = Reflect.get(layer, 'addWeight') as AddWeight;
  let position = 0;
  const addStored: AddWeight = (name, shape, dtype, _initializer, ...others) => {
    const wanted = { path, name, shape: shape.map((size) => size ?? 0), position };
    position++;
    return add.call(layer, name, shape, dtype, new StoredInitializer(source, wanted), ...others);
  };
  Reflect.set(layer, 'addWeight', addStored);
}

type Wanted = Parameters<WeightSource['find']>[0];

/** As much of an initializer of TensorFlow.js as `addWeight` uses. */
class StoredInitializer {
  readonly #source: WeightSource;
  readonly #wanted: Wanted;

  constructor(source: WeightSource, wanted: Wanted) {
    this.#source = source;
    this.#wanted = wanted;
  }

  apply(): tf.Tensor {
    const { name, shape } = this.#wanted;
    const stored = this.#source.find(this.#wanted);
    if (stored === null) throw new MalformedLayer(`its ${name} is missing in the file`);
    if (stored.shape.join() !== shape.join()) {
      throw new MalformedLayer(
        `its ${name} ${stored.name} is ${sizeText(stored.shape)} in the file, but its description needs ${sizeText(shape)}`,
      );
    }
    return tf.tensor(stored.read(), [...shape], 'float32');
  }
}

export function sizeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'a single number' : shape.join(' x ');
}

import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { scoped } from '../engine/scope';

/**
 * A network with the weights that it had at one moment, for work that lets training go on in between. The values are
 * shared, not copied: training replaces a variable's values, it never changes them in place.
 */
export class FrozenNetwork {
  readonly model: tf.LayersModel;
  readonly #weights: readonly { readonly variable: tf.Variable; readonly value: tf.Tensor }[];

  constructor(model: tf.LayersModel) {
    this.model = model;
    this.#weights = model.weights.map((weight) => {
      const variable = weight.read() as tf.Variable;
      return { variable, value: tf.keep(variable.clone()) };
    });
  }

  /**
   * What `compute` returns while the network has these weights; every tensor made inside is released. Throws a
   * `Refusal` where the network was disposed of meanwhile.
   */
  run<T>(compute: () => T): T {
    if (this.#weights.some(({ variable }) => variable.isDisposed)) {
      throw new Refusal('The network was replaced by another before this was finished; ask again.');
    }
    const restored: (() => void)[] = [];
    for (const { variable, value } of this.#weights) {
      if (variable.dataId === value.dataId) continue;
      const newer = variable.clone();
      variable.assign(value);
      restored.push(() => {
        variable.assign(newer);
        newer.dispose();
      });
    }
    try {
      return scoped(compute);
    } finally {
      for (const restore of restored) restore();
    }
  }

  /** Lets the weights go; the network itself is its owner's. */
  release(): void {
    for (const { value } of this.#weights) value.dispose();
  }
}

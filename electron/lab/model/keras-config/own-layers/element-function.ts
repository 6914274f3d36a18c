import * as tf from '@tensorflow/tfjs';

/** Functions of Keras that TensorFlow.js has no layer for, value by value. */
export const elementFunctions = {
  'hard sigmoid': (x: tf.Tensor) => tf.clipByValue(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1),
  'hard swish': (x: tf.Tensor) => tf.mul(x, tf.clipByValue(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1)),
  exponential: (x: tf.Tensor) => tf.exp(x),
  gelu: (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  'gelu by tanh': (x: tf.Tensor) => {
    const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
  },
  mish: (x: tf.Tensor) => tf.mul(x, tf.tanh(tf.softplus(x))),
  swish: (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x)),
  'hard tanh': (x: tf.Tensor) => tf.clipByValue(x, -1, 1),
  // Not `tf.logSigmoid`: its gradient reads an input that a scope may have released.
  'log sigmoid': (x: tf.Tensor) => tf.neg(tf.softplus(tf.neg(x))),
  'leaky relu': (x: tf.Tensor) => tf.leakyRelu(x, 0.2),
  'tanh shrink': (x: tf.Tensor) => tf.sub(x, tf.tanh(x)),
} as const;
export type ElementFunctionName = keyof typeof elementFunctions;

/** Applies one of `elementFunctions`. */
export class ElementFunction extends tf.layers.Layer {
  static readonly className = 'ElementFunction';
  readonly #function: ElementFunctionName;

  constructor({ name, computes }: { readonly name: string; readonly computes: ElementFunctionName }) {
    super({ name });
    this.#function = computes;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => elementFunctions[this.#function](onlyTensor(inputs)));
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), computes: this.#function };
  }
}
tf.serialization.registerClass(ElementFunction);

/** Keras's ReLU with all of its three bends (keras.io/api/layers/activation_layers/relu). */
export class BentRelu extends tf.layers.Layer {
  static readonly className = 'BentRelu';
  readonly bends: Bends;

  constructor({ name, ...bends }: Bends & { readonly name: string }) {
    super({ name });
    this.bends = bends;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { maxValue, negativeSlope, threshold } = this.bends;
    return tf.tidy(() => {
      const x = onlyTensor(inputs);
      const below = tf.mul(tf.sub(x, threshold), negativeSlope);
      const bent = tf.where(tf.greaterEqual(x, threshold), x, below);
      return maxValue === null ? bent : tf.minimum(bent, maxValue);
    });
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.bends };
  }
}
tf.serialization.registerClass(BentRelu);

export interface Bends {
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;
}

/** Layers are handed a tensor or a list with one. */
export function onlyTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const tensor = Array.isArray(inputs) ? inputs[0] : inputs;
  if (tensor === undefined) throw new Error('A layer was called without a tensor.');
  return tensor;
}

import * as tf from '@tensorflow/tfjs';

/** Keras's Subtract: the first of two inputs less the second. */
export class Subtract extends tf.layers.Layer {
  static readonly className = 'Subtract';

  constructor({ name }: { readonly name: string }) {
    super({ name });
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [first, second] = inputs as tf.Tensor[];
    if (first === undefined || second === undefined) throw new Error('Subtract needs two inputs.');
    return tf.sub(first, second);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [first, second] = inputShape as tf.Shape[];
    if (first === undefined || second === undefined) throw new Error('Subtract needs two inputs.');
    return first.length >= second.length ? first : second;
  }
}
tf.serialization.registerClass(Subtract as unknown as tf.serialization.SerializableConstructor<Subtract>);

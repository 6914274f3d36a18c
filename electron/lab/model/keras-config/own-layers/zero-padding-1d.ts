import * as tf from '@tensorflow/tfjs';
import { onlyTensor } from './element-function';

interface Margins {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Keras's ZeroPadding1D, of [batch, steps, channels]. */
export class ZeroPadding1D extends tf.layers.Layer {
  static readonly className = 'ZeroPadding1D';
  readonly margins: readonly [before: number, after: number];

  constructor({ name, before, after }: Margins) {
    super({ name });
    this.margins = [before, after];
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const { padding, ...settings } = config;
    const [before, after] = padding as number[];
    return new cls({ ...settings, before, after });
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [before, after] = this.margins;
    return tf.pad(onlyTensor(inputs), [
      [0, 0],
      [before, after],
      [0, 0],
    ]);
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const [batch, steps, channels] = inputShape;
    const [before, after] = this.margins;
    const longer = typeof steps === 'number' ? steps + before + after : null;
    return [batch ?? null, longer, channels ?? null];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), padding: [...this.margins] };
  }
}
tf.serialization.registerClass(
  ZeroPadding1D as unknown as tf.serialization.SerializableConstructor<ZeroPadding1D>,
);

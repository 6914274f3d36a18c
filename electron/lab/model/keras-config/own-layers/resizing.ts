import * as tf from '@tensorflow/tfjs';
import { onlyTensor } from './element-function';

export interface ResizingSettings {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly interpolation: 'bilinear' | 'nearest';
}

/**
 * Keras's Resizing: what lies in the middle of a pixel stays in the middle of one. TensorFlow.js's layer of that name
 * puts the corners on each other instead, which shifts everything between.
 */
export class Resizing extends tf.layers.Layer {
  static readonly className = 'Resizing';
  readonly #settings: ResizingSettings;

  constructor({ name, height, width, interpolation }: ResizingSettings) {
    super({ name });
    this.#settings = { name, height, width, interpolation };
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { height, width, interpolation } = this.#settings;
    return tf.tidy(() => {
      const maps = onlyTensor(inputs) as tf.Tensor4D;
      return interpolation === 'bilinear'
        ? tf.image.resizeBilinear(maps, [height, width], false, true)
        : tf.image.resizeNearestNeighbor(maps, [height, width], false, true);
    });
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const { height, width } = this.#settings;
    return [inputShape[0] ?? null, height, width, inputShape[3] ?? null];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { height, width, interpolation } = this.#settings;
    return { ...super.getConfig(), height, width, interpolation, cropToAspectRatio: false };
  }
}
tf.serialization.registerClass(Resizing as unknown as tf.serialization.SerializableConstructor<Resizing>);

import * as tf from '@tensorflow/tfjs';
import { onlyTensor } from './element-function';

type Conv2DSettings = Parameters<typeof tf.layers.conv2d>[0];

/**
 * Keras's Conv2D with `groups`: the input's channels and the filters are parted alike, and each part of the filters
 * sees only its part of the channels. The kernel is [height, width, channels / groups, filters].
 */
export class GroupedConv2D extends tf.layers.Layer {
  static readonly className = 'GroupedConv2D';
  readonly #settings: Conv2DSettings;
  readonly #groups: number;
  /** Computes one group; its own weights are never made. */
  readonly #shape: tf.layers.Layer;

  constructor(settings: Conv2DSettings, groups: number) {
    super({ name: settings.name ?? 'grouped_conv2d' });
    this.#settings = settings;
    this.#groups = groups;
    this.#shape = tf.layers.conv2d({ ...settings, name: `${settings.name ?? ''}/shape` });
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const { groups, ...settings } = config;
    const construct = cls as unknown as new (settings: unknown, groups: unknown) => T;
    return new construct(settings, groups);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape).at(-1) ?? 0;
    const filters = this.#settings.filters;
    if (channels % this.#groups !== 0 || filters % this.#groups !== 0) {
      throw new Error(
        `${channels} channels and ${filters} filters are no multiples of ${this.#groups} groups`,
      );
    }
    const size = this.#settings.kernelSize as [number, number];
    const zeros = tf.initializers.zeros();
    this.addWeight('kernel', [...size, channels / this.#groups, filters], 'float32', zeros);
    if (this.#settings.useBias !== false) this.addWeight('bias', [filters], 'float32', zeros);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [kernel, bias] = this.weights.map((weight) => weight.read());
      const parts = tf.split(onlyTensor(inputs) as tf.Tensor4D, this.#groups, 3) as tf.Tensor4D[];
      const kernels = tf.split(kernel as tf.Tensor4D, this.#groups, 3) as tf.Tensor4D[];
      const { strides, padding, dilationRate, activation } = this.#settings;
      const maps = parts.map((part, group) =>
        tf.conv2d(
          part,
          kernels[group] as tf.Tensor4D,
          strides as [number, number],
          padding === 'same' ? 'same' : 'valid',
          'NHWC',
          dilationRate as [number, number],
        ),
      );
      const joined = tf.concat(maps, 3);
      const shifted = bias === undefined ? joined : tf.add(joined, bias);
      return tf.layers.activation({ activation: activation ?? 'linear' }).apply(shifted) as tf.Tensor;
    });
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return this.#shape.computeOutputShape(inputShape) as tf.Shape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, kernelSize, strides, padding, dilationRate, activation, useBias } = this.#settings;
    return {
      ...super.getConfig(),
      filters,
      kernelSize: kernelSize as number[],
      strides: strides as number[],
      padding: padding ?? 'valid',
      dilationRate: dilationRate as number[],
      activation: activation ?? 'linear',
      useBias: useBias ?? true,
      groups: this.#groups,
    };
  }
}
tf.serialization.registerClass(
  GroupedConv2D as unknown as tf.serialization.SerializableConstructor<GroupedConv2D>,
);

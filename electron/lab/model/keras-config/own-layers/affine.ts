import * as tf from '@tensorflow/tfjs';
import { onlyTensor } from './element-function';

interface AffineSettings {
  readonly name: string;
  /** One number for all channels, or one for each of the last axis. */
  readonly scale: readonly number[] | number;
  readonly offset: readonly number[] | number;
}

/** Keras's Rescaling: input * scale + offset. */
export class Affine extends tf.layers.Layer {
  static readonly className = 'Rescaling';
  readonly scale: readonly number[];
  readonly offset: readonly number[];

  constructor({ name, scale, offset }: AffineSettings) {
    super({ name });
    this.scale = [scale].flat();
    this.offset = [offset].flat();
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    requireFit(inputShape, this.scale, 'scale');
    requireFit(inputShape, this.offset, 'offset');
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = onlyTensor(inputs);
      return tf.add(tf.mul(x, tf.tensor1d([...this.scale])), tf.tensor1d([...this.offset]));
    });
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const [scale, offset] = [this.scale, this.offset].map((list) =>
      list.length === 1 ? (list[0] as number) : [...list],
    );
    return { ...super.getConfig(), scale: scale as number, offset: offset as number };
  }
}
tf.serialization.registerClass(Affine as unknown as tf.serialization.SerializableConstructor<Affine>);

interface NormalizationSettings {
  readonly name: string;
  /** Whether each channel has statistics of its own. */
  readonly perChannel: boolean;
  /** Statistics that stand in the configuration; `null` where they are weights. */
  readonly mean: readonly number[] | null;
  readonly variance: readonly number[] | null;
}

/** Keras's smallest deviation (keras.config.epsilon). */
const smallestDeviation = 1e-7;

/** Keras's Normalization: (input - mean) / sqrt(variance). Where they are weights a count of what was seen follows. */
export class Normalization extends tf.layers.Layer {
  static readonly className = 'Normalization';
  readonly #settings: NormalizationSettings;

  constructor(settings: NormalizationSettings) {
    super({ name: settings.name });
    this.#settings = settings;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { mean, variance, perChannel } = this.#settings;
    if (mean !== null && variance !== null) {
      requireFit(inputShape, mean, 'mean');
      requireFit(inputShape, variance, 'variance');
    } else {
      const channels = (inputShape as tf.Shape).at(-1);
      const shape = perChannel && typeof channels === 'number' ? [channels] : [];
      const zeros = tf.initializers.zeros();
      this.addWeight('mean', shape, 'float32', zeros, undefined, false);
      this.addWeight('variance', shape, 'float32', zeros, undefined, false);
      this.addWeight('count', [], 'float32', zeros, undefined, false);
    }
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { mean, variance } = this.#statistics();
      const deviation = tf.maximum(tf.sqrt(variance), smallestDeviation);
      return tf.div(tf.sub(onlyTensor(inputs), mean), deviation);
    });
  }

  #statistics(): { readonly mean: tf.Tensor; readonly variance: tf.Tensor } {
    const { mean, variance } = this.#settings;
    if (mean !== null && variance !== null) {
      return { mean: tf.tensor1d([...mean]), variance: tf.tensor1d([...variance]) };
    }
    const [stored, storedVariance] = this.weights.map((weight) => weight.read());
    return { mean: stored as tf.Tensor, variance: storedVariance as tf.Tensor };
  }

  /** Mean and variance as numbers, each one or one a channel, wherever they are held. */
  async statistics(): Promise<{ readonly mean: readonly number[]; readonly variance: readonly number[] }> {
    const { mean, variance } = this.#settings;
    if (mean !== null && variance !== null) return { mean, variance };
    const [stored, storedVariance] = this.weights.map((weight) => weight.read());
    return {
      mean: [...(await (stored as tf.Tensor).data())],
      variance: [...(await (storedVariance as tf.Tensor).data())],
    };
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { perChannel, mean, variance } = this.#settings;
    return {
      ...super.getConfig(),
      perChannel,
      mean: mean === null ? null : [...mean],
      variance: variance === null ? null : [...variance],
    };
  }
}
tf.serialization.registerClass(
  Normalization as unknown as tf.serialization.SerializableConstructor<Normalization>,
);

function requireFit(inputShape: tf.Shape | tf.Shape[], list: readonly number[], what: string): void {
  const channels = (inputShape as tf.Shape).at(-1);
  if (list.length !== 1 && list.length !== channels) {
    throw new Error(`its ${what} holds ${list.length} values for ${channels ?? 'unknown'} channels`);
  }
}

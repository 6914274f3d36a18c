/** A task that asks for more than brightness: how the stripes of a small patch in a noisy image run. */
import * as tf from '@tensorflow/tfjs';
import type { ImageSet, ImageShape } from '#shared/images';
import { randomStream } from '../../../../../../electron/lab/data/digits/random';

export const side = 20;
const patch = 6;
export const classes = 3;

/** Whether a pixel of the patch is bright: level stripes, upright ones, a chessboard. */
const bright = [
  (y: number) => y % 2 === 0,
  (_y: number, x: number) => x % 2 === 0,
  (y: number, x: number) => (y + x) % 2 === 0,
] as const;

/** The patch is as bright as the noise around it. */
export function stripedImages(count: number, channels: number, seed: number): ImageSet {
  const random = randomStream(seed);
  const shape: ImageShape = [side, side, channels];
  const size = side * side * channels;
  const pixels = Uint8Array.from({ length: count * size }, () => 127 + 50 * (random.uniform() - 0.5));
  const labels = Int32Array.from({ length: count }, () => random.integer(classes));
  labels.forEach((label, image) => {
    const top = random.integer(side - patch + 1);
    const left = random.integer(side - patch + 1);
    for (let y = 0; y < patch; y++) {
      for (let x = 0; x < patch; x++) {
        const start = image * size + ((top + y) * side + left + x) * channels;
        pixels.fill(bright[label]?.(y, x) === true ? 255 : 0, start, start + channels);
      }
    }
  });
  return { count, shape, pixels, labels };
}

export function imageOf({ pixels, shape }: ImageSet, index: number): Float32Array {
  const size = shape[0] * shape[1] * shape[2];
  return Float32Array.from(pixels.subarray(index * size, (index + 1) * size), (value) => value / 255);
}

/** @param seed of the weights */
export function stripeNetwork(channels: number, seed: number): tf.LayersModel {
  const L = tf.layers;
  const kernel = (stream: number) => ({
    kernelInitializer: tf.initializers.glorotUniform({ seed: seed + stream }),
  });
  const convolution = (name: string, filters: number, stream: number) =>
    L.conv2d({ name, filters, kernelSize: 3, padding: 'same', activation: 'relu', ...kernel(stream) });
  const model = tf.sequential();
  model.add(L.inputLayer({ inputShape: [side, side, channels] }));
  model.add(convolution('first', 8, 1));
  model.add(L.maxPooling2d({ poolSize: 2 }));
  model.add(convolution('second', 12, 2));
  model.add(L.globalAveragePooling2d({ name: 'features' }));
  model.add(L.dense({ name: 'classes', units: classes, activation: 'softmax', ...kernel(3) }));
  return model;
}

/** A network that has learned the task; throws where it has not. */
export async function trainedStripeNetwork(channels: number): Promise<tf.LayersModel> {
  const model = stripeNetwork(channels, 1);
  const images = stripedImages(300, channels, 5);
  const values = tf.tensor(
    Float32Array.from(images.pixels, (value) => value / 255),
    [images.count, ...images.shape],
  );
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d(images.labels, 'int32'), classes));
  const optimizer = tf.train.adam(0.02);
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(values, labels, { epochs: 15, batchSize: 20, shuffle: false });
  tf.dispose([values, labels]);
  optimizer.dispose();
  const accuracy = history['acc']?.at(-1) ?? history['accuracy']?.at(-1);
  if (typeof accuracy !== 'number' || accuracy < 0.98) throw new Error(`It learned only ${accuracy}.`);
  return model;
}

/**
 * A network whose evidence is known because its weights are set by hand: one filter responds to upright lines and is all
 * that class 0 depends on, the other to level lines and is all that class 1 depends on.
 */
export function lineNetwork(channels: number): tf.LayersModel {
  const L = tf.layers;
  const model = tf.sequential();
  model.add(L.inputLayer({ inputShape: [side, side, channels] }));
  model.add(L.conv2d({ name: 'lines', filters: 2, kernelSize: 3, padding: 'same', activation: 'relu' }));
  model.add(L.maxPooling2d({ name: 'pool', poolSize: 2 }));
  model.add(L.globalAveragePooling2d({}));
  model.add(L.dense({ units: 2, activation: 'softmax' }));
  const across = [-1, 2, -1];
  const kernel = across.map((_, y) =>
    across.map((_, x) => Array.from({ length: channels }, () => [across[x] as number, across[y] as number])),
  );
  const tensors = [
    tf.tensor4d(kernel),
    tf.tensor1d([-3 * channels, -3 * channels]),
    tf.eye(2).mul(9),
    tf.zeros([2]),
  ];
  model.setWeights(tensors as tf.Tensor[]);
  tf.dispose(tensors);
  return model;
}

/** An even grey with upright lines in its upper left quarter and level lines in its lower right one. */
export function linesImage(channels: number): Float32Array {
  return Float32Array.from({ length: side * side * channels }, (_, index) => {
    const y = Math.floor(index / (side * channels));
    const x = Math.floor(index / channels) % side;
    const upright = y >= 2 && y < 8 && x >= 2 && x < 8;
    const level = y >= 12 && y < 18 && x >= 12 && x < 18;
    if (!upright && !level) return 0.5;
    return (upright ? x : y) % 2 === 0 ? 1 : 0;
  });
}

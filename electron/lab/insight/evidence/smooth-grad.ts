/** SmoothGrad: the mean gradient of noisy copies of the image (Smilkov et al. 2017, arXiv:1706.03825). */
import * as tf from '@tensorflow/tfjs';
import type { EvidenceMethod } from '#shared/evidence';
import { derivedSeed } from '#shared/random';
import { inputGradients } from './input-gradients';
import { batchesOf, imageTensor, inBatches, type Subject } from './subject';

export type SmoothGradOptions = Omit<Extract<EvidenceMethod, { kind: 'smooth-grad' }>, 'kind'>;

/** Signed, in the shape of the image. The same seed gives the same noise. */
export function smoothGrad(
  subject: Subject,
  { samples, sigma, seed }: SmoothGradOptions,
): Promise<Float32Array> {
  // TensorFlow.js takes a seed of 0 for none.
  const nonZero = derivedSeed(seed) + 1;
  const noise = subject.network.run(() =>
    tf.randomNormal([samples, ...subject.shape], 0, sigma, 'float32', nonZero).dataSync<'float32'>(),
  );
  return smoothGradWith(subject, noise);
}

/**
 * The same with noise that is given. Noisy values are not cut to [0, 1], as the network's gradient is asked for where
 * they are.
 * @param noise one image's worth for each sample, one after another
 */
export async function smoothGradWith(subject: Subject, noise: Float32Array): Promise<Float32Array> {
  const { network, scores, image, shape, classIndex } = subject;
  const samples = noise.length / image.length;
  const mean = new Float32Array(image.length);
  await inBatches(batchesOf(subject, samples, 'Adding noise'), (from, to) => {
    network.run(() => {
      const part = noise.subarray(from * image.length, to * image.length);
      const noisy = imageTensor(subject).add<tf.Tensor4D>(tf.tensor4d(part, [to - from, ...shape]));
      const sum = inputGradients(scores, noisy, classIndex).sum(0).dataSync<'float32'>();
      for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (sum[i] as number) / samples;
    });
  });
  return mean;
}

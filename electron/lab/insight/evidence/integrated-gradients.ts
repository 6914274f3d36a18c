/**
 * Integrated gradients: what each value gives to the difference between the logit of the image and that of a baseline
 * (Sundararajan et al. 2017, arXiv:1703.01365).
 */
import * as tf from '@tensorflow/tfjs';
import type { EvidenceMethod } from '#shared/evidence';
import { inputGradients } from './input-gradients';
import { batchesOf, imageTensor, inBatches, type Subject } from './subject';

export type IntegratedGradientsOptions = Omit<
  Extract<EvidenceMethod, { kind: 'integrated-gradients' }>,
  'kind'
>;

/**
 * (x - x') times the mean gradient on the straight line from the baseline x' to the image x, taken in the middle of
 * `steps` equal parts: captum's `riemann_middle`. Signed, in the shape of the image; sums to the difference of the
 * logits as far as the steps are fine enough.
 */
export async function integratedGradients(
  subject: Subject,
  { steps, baseline }: IntegratedGradientsOptions,
): Promise<Float32Array> {
  const { network, scores, image, classIndex } = subject;
  const integral = new Float32Array(image.length);
  await inBatches(batchesOf(subject, steps, 'Integrating gradients'), (from, to) => {
    network.run(() => {
      const shares = Float32Array.from({ length: to - from }, (_, part) => (from + part + 0.5) / steps);
      const path = imageTensor(subject)
        .sub(baseline)
        .mul(tf.tensor4d(shares, [to - from, 1, 1, 1]))
        .add(baseline);
      const sum = inputGradients(scores, path as tf.Tensor4D, classIndex)
        .sum(0)
        .dataSync<'float32'>();
      for (let i = 0; i < integral.length; i++) {
        const way = ((image[i] as number) - baseline) / steps;
        integral[i] = (integral[i] as number) + way * (sum[i] as number);
      }
    });
  });
  return integral;
}

/** Gradient x input (Shrikumar et al. 2016, arXiv:1605.01713): how much each value gives, were the network a line. */
import { saliency } from './saliency';
import type { Subject } from './subject';

/** The gradient of the logit times the image, in the shape of the image, signed. */
export function gradientTimesInput(subject: Subject): Float32Array {
  const gradients = saliency(subject);
  return gradients.map((gradient, index) => gradient * (subject.image[index] as number));
}

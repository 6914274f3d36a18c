/** Saliency: which values of the image the class depends on most (Simonyan et al. 2014, arXiv:1312.6034, section 3). */
import { inputGradients } from './input-gradients';
import { imageTensor, type Subject } from './subject';

/** The gradient of the logit in the shape of the image, signed. */
export function saliency(subject: Subject): Float32Array {
  const { network, scores, classIndex } = subject;
  return network.run(() => inputGradients(scores, imageTensor(subject), classIndex).dataSync<'float32'>());
}

import * as tf from '@tensorflow/tfjs';
import type { Replacements } from '../layer-graph';
import type { ClassScores } from './class-scores';

/**
 * How the logit of a class changes with each value of each image: the gradient of every image's own logit, in the
 * shape of the images. Must be called in a scope.
 */
export function inputGradients(
  scores: ClassScores,
  images: tf.Tensor4D,
  classIndex: number,
  replacements?: Replacements,
): tf.Tensor4D {
  // In inference mode no image touches another's logit, so that the sum has the gradient of each.
  const sum = (x: tf.Tensor): tf.Tensor =>
    scores.logitOf(classIndex, scores.logits(x as tf.Tensor4D, replacements)).sum();
  return tf.grad(sum)(images) as tf.Tensor4D;
}

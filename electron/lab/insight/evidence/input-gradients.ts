import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
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
  return gradient(sum, images);
}

/**
 * The gradient of a sum. Throws a `Refusal` where the engine has none for an operation of the network, as
 * TensorFlow.js has none for dilated convolutions.
 */
export function gradient(sum: (x: tf.Tensor) => tf.Tensor, at: tf.Tensor4D): tf.Tensor4D {
  try {
    return tf.grad(sum)(at) as tf.Tensor4D;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(
      `No gradient goes through this network on the engine in use (${words}); occlusion needs none.`,
      { cause },
    );
  }
}

/**
 * Grad-CAM: where in a layer's feature maps the evidence for a class lies (Selvaraju et al. 2017, arXiv:1610.02391).
 */
import type * as tf from '@tensorflow/tfjs';
import type { ClassScores } from './class-scores';
import { gradient } from './input-gradients';
import type { SplitNetwork } from './split';

/** What the maps of one layer are and how a class's logit depends on them, both [1, height, width, channels]. */
export interface MapGradients {
  readonly maps: tf.Tensor4D;
  readonly gradients: tf.Tensor4D;
}

/** Must be called in a scope. */
export function mapGradients(
  scores: ClassScores,
  split: SplitNetwork,
  image: tf.Tensor4D,
  classIndex: number,
): MapGradients {
  const maps = split.maps(image);
  const logit = (cut: tf.Tensor): tf.Tensor =>
    scores.logitOf(classIndex, split.logits(image, cut as tf.Tensor4D)).sum();
  return { maps, gradients: gradient(logit, maps) };
}

/**
 * relu(sum over channels of w_c A_c), where w_c is the mean of the gradient over channel c's map: [height, width], from
 * 0 up. Must be called in a scope.
 */
export function gradCam({ maps, gradients }: MapGradients): tf.Tensor2D {
  return weighted(maps, gradients.mean([1, 2], true));
}

/** Maps summed with one weight a channel, what speaks against the class left out. */
export function weighted(maps: tf.Tensor4D, weights: tf.Tensor): tf.Tensor2D {
  return maps.mul(weights).sum(3).relu().squeeze([0]);
}

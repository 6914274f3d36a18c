/**
 * Grad-CAM++: cells weigh by how much they alone raise the class, so that several objects are all found
 * (Chattopadhay et al. 2018, arXiv:1710.11063).
 */
import type * as tf from '@tensorflow/tfjs';
import { weighted, type MapGradients } from './grad-cam';

/**
 * The paper's equations 10 and 19 with Y = exp(S), for a network of piecewise linear layers: its second and third
 * derivatives are powers of the gradient g of the logit S, so that alpha = g^2 / (2 g^2 + g^3 sum of the map)
 * = 1 / (2 + g sum of the map) where g is not 0. The weights w = sum of alpha relu(g) are here without the factor
 * exp(S), which is one number for the whole map.
 * @returns [height, width], from 0 up. Must be called in a scope.
 */
export function gradCamPlusPlus({ maps, gradients }: MapGradients): tf.Tensor2D {
  const raising = gradients.relu();
  const denominator = raising.mul(maps.sum([1, 2], true)).add(2);
  // Maps before their relu may sum to less than 0 and meet the pole; such a cell weighs nothing.
  const pole = denominator.equal(0).cast('float32');
  const alpha = denominator.add(pole).reciprocal().mul(pole.neg().add(1));
  return weighted(maps, alpha.mul(raising).sum([1, 2], true));
}

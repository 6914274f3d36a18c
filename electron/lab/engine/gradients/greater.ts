import * as tf from '@tensorflow/tfjs';

/**
 * A comparison has gradient 0, as TensorFlow.js has it for GreaterEqual; without it a ThresholdedReLU cannot be
 * trained.
 */
export function registerGreaterGradient(): void {
  tf.registerGradient({
    kernelName: 'Greater',
    inputsToSave: ['a', 'b'],
    gradFunc: (_dy, [a, b]) => ({
      a: () => tf.zerosLike(a as tf.Tensor),
      b: () => tf.zerosLike(b as tf.Tensor),
    }),
  });
}

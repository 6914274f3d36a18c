import * as tf from '@tensorflow/tfjs';

/** The gradient of |x| is 0 at 0, as TensorFlow has it; with the -1 of TensorFlow.js, L1 drives zero weights away. */
export function registerAbsGradient(): void {
  tf.unregisterGradient('Abs');
  tf.registerGradient({
    kernelName: 'Abs',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => (dy as tf.Tensor).mul((x as tf.Tensor).sign()) }),
  });
}

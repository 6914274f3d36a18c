import * as tf from '@tensorflow/tfjs';
import { attributes, DataType, nativeBackend } from '../native';

/**
 * The gradient of an addition, with TensorFlow's own kernel for the common case that a bias is added to feature
 * maps; elsewhere the sum over the broadcast axes, as TensorFlow.js has it.
 */
export function registerAddGradient(): void {
  tf.unregisterGradient('Add');
  tf.registerGradient({
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => summedTo(a as tf.Tensor, dy as tf.Tensor),
      b: () => summedTo(b as tf.Tensor, dy as tf.Tensor),
    }),
  });
}

function summedTo(operand: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  if (isBias(operand, dy)) {
    const native = nativeBackend();
    if (native !== null) {
      const form = attributes(native, { types: { T: DataType.float }, strings: { data_format: 'NHWC' } });
      return native.executeMultipleOutputs('BiasAddGrad', form, [dy], 1)[0] as tf.Tensor;
    }
  }
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, dy.shape);
  return (axes.length === 0 ? dy : dy.sum(axes)).reshape(operand.shape);
}

function isBias(operand: tf.Tensor, dy: tf.Tensor): boolean {
  return (
    operand.rank === 1 && dy.rank > 1 && operand.dtype === 'float32' && operand.shape[0] === dy.shape.at(-1)
  );
}

import * as tf from '@tensorflow/tfjs';
import { attributes, DataType, nativeBackend } from '../native';

/**
 * The gradient of relu as one kernel. TensorFlow.js takes four passes over whole feature maps for it (IsNan,
 * Greater, Select, Mul), a third of a step of the textbook's convnet.
 */
export function registerReluGradient(): void {
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => reluGradient(dy as tf.Tensor, y as tf.Tensor) }),
  });
}

function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const native = nativeBackend();
  if (native === null) return dy.mul(y.step());
  const types = attributes(native, { types: { T: DataType.float } });
  return native.executeMultipleOutputs('ReluGrad', types, [dy, y], 1)[0] as tf.Tensor;
}

import * as tf from '@tensorflow/tfjs';
import { attributes, DataType, nativeBackend } from '../native';

/**
 * The cross-entropy of softmax(logits) for each row: -sum(labels * log softmax(logits)). Taken from the logits, as
 * Keras does where a network ends in softmax, it needs no clipping, and its gradient is softmax - labels.
 */
export function softmaxCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  const compute = tf.customGrad((...args) => {
    const [scores, save] = args as unknown as [tf.Tensor2D, (tensors: tf.Tensor[]) => void];
    const { losses, gradient } = lossesAndGradient(labels, scores);
    save([gradient]);
    return {
      value: losses,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.expandDims(-1).mul(saved[0] as tf.Tensor),
    };
  });
  return compute(logits) as tf.Tensor1D;
}

function lossesAndGradient(
  labels: tf.Tensor2D,
  logits: tf.Tensor2D,
): { readonly losses: tf.Tensor; readonly gradient: tf.Tensor } {
  const native = nativeBackend();
  if (native === null) {
    const logProbabilities = tf.logSoftmax(logits);
    return {
      losses: labels.mul(logProbabilities).sum(-1).neg(),
      gradient: logProbabilities.exp().sub(labels),
    };
  }
  const types = attributes(native, { types: { T: DataType.float } });
  const [losses, gradient] = native.executeMultipleOutputs(
    'SoftmaxCrossEntropyWithLogits',
    types,
    [logits, labels],
    2,
  );
  return { losses: losses as tf.Tensor, gradient: gradient as tf.Tensor };
}

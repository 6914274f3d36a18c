import * as tf from '@tensorflow/tfjs';
import { attributes, DataType, nativeBackend, type NativeBackend } from '../native';

export interface BatchNormalization {
  /** Rank 4, channels last. */
  readonly x: tf.Tensor4D;
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
  readonly epsilon: number;
  /** Is given the batch's mean and variance (of the population, as Keras 3 averages it) for each channel. */
  readonly onMoments: (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;
}

/** Normalises a batch by its own moments. */
export function normalizeBatch(batch: BatchNormalization): tf.Tensor4D {
  const native = nativeBackend();
  return native === null ? composed(batch) : fused(native, batch);
}

function composed({ x, gamma, beta, epsilon, onMoments }: BatchNormalization): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  onMoments(mean as tf.Tensor1D, variance as tf.Tensor1D);
  return x.sub(mean).mul(variance.add(epsilon).rsqrt().mul(gamma)).add(beta);
}

/** One kernel each way, where TensorFlow.js composes both from a dozen passes over whole feature maps. */
function fused(
  native: NativeBackend,
  { x, gamma, beta, epsilon, onMoments }: BatchNormalization,
): tf.Tensor4D {
  const form = attributes(native, {
    types: { T: DataType.float, U: DataType.float },
    floats: { epsilon },
    strings: { data_format: 'NHWC' },
    booleans: { is_training: true },
  });
  const compute = tf.customGrad((...args) => {
    const [input, scale, offset, save] = args as unknown as [
      tf.Tensor4D,
      tf.Tensor1D,
      tf.Tensor1D,
      (tensors: tf.Tensor[]) => void,
    ];
    // Running averages are the layer's business, so TensorFlow is given none.
    const none = tf.tensor1d([]);
    const [y, mean, sampleVariance, ...reserve] = native.executeMultipleOutputs(
      'FusedBatchNormV3',
      form,
      [input, scale, offset, none, none],
      6,
    ) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor, tf.Tensor, tf.Tensor];
    const count = input.size / scale.size;
    onMoments(mean, sampleVariance.mul((count - 1) / count));
    save([input, scale, ...reserve]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        native.executeMultipleOutputs('FusedBatchNormGradV3', form, [dy, ...saved], 5).slice(0, 3),
    };
  });
  return compute(x, gamma, beta) as tf.Tensor4D;
}

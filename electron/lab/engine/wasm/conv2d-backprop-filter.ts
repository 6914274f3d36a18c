import * as tf from '@tensorflow/tfjs';

type Padding =
  'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution's kernel, which the WASM backend lacks. For each of the kernel's positions the
 * input values that it met and the output gradients make one matrix product:
 * dW[i, j] = x(i, j)^T dy, with x(i, j) the input shifted by (i, j) and strided like the convolution.
 */
export function registerConv2DBackpropFilter(): void {
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      filterGradient(inputs['x'] as tf.Tensor4D, inputs['dy'] as tf.Tensor4D, attrs as unknown as Attributes),
  });
}

function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attributes: Attributes): tf.Tensor4D {
  const { strides, pad, dimRoundingMode, filterShape, dataFormat } = attributes;
  if (dataFormat !== 'NHWC') throw new Error('Conv2DBackpropFilter is composed for channels last only');
  const { padInfo, strideHeight, strideWidth, outHeight, outWidth, inChannels, outChannels, batchSize } =
    tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  return tf.tidy(() => {
    const padded = tf.pad(tensorOf(x), [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ]) as tf.Tensor4D;
    const gradients = tensorOf(dy).reshape([batchSize * outHeight * outWidth, outChannels]);
    const [kernelHeight, kernelWidth] = filterShape;
    const products = Array.from({ length: kernelHeight * kernelWidth }, (_, position) => {
      const top = Math.floor(position / kernelWidth);
      const left = position % kernelWidth;
      const met = padded.stridedSlice(
        [0, top, left, 0],
        [
          batchSize,
          top + (outHeight - 1) * strideHeight + 1,
          left + (outWidth - 1) * strideWidth + 1,
          inChannels,
        ],
        [1, strideHeight, strideWidth, 1],
      );
      const rows = met.reshape([batchSize * outHeight * outWidth, inChannels]);
      return tf.matMul(rows, gradients, true, false);
    });
    return tf.stack(products).reshape(filterShape);
  });
}

/**
 * Kernels are promised bare tensor infos; the operations used here want tensors. What is passed are tensors, and
 * making others of the same data would release it with them.
 */
function tensorOf(info: tf.Tensor4D): tf.Tensor4D {
  if (!(info instanceof tf.Tensor)) throw new Error('Conv2DBackpropFilter was not given tensors.');
  return info;
}

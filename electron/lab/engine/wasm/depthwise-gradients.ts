import * as tf from '@tensorflow/tfjs';
import type { WasmHeap } from './pool-windows';

interface Attributes {
  readonly strides: [number, number] | number;
  readonly dilations: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  /** Of the gradient of the kernel. */
  readonly filterShape?: [number, number, number, number];
  /** Of the gradient of the input. */
  readonly inputShape?: [number, number, number, number];
}

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Four = [number, number, number, number];

/** Both gradients of a depthwise convolution, which the WASM backend lacks, tap by tap. */
export function registerDepthwiseGradients(): void {
  tf.registerKernel({
    kernelName: 'DepthwiseConv2dNativeBackpropInput',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
      const attributes = attrs as unknown as Attributes;
      const heap = backend as WasmHeap;
      const info = depthwiseInfo(attributes.inputShape as Four, filter.shape as Four, attributes);
      const dx = heap.makeOutput([...info.inShape], 'float32');
      const [gradient, weights, result] = [dy, filter, dx].map((one) =>
        heap.typedArrayFromHeap(one),
      ) as Three;
      result.fill(0);
      eachTap(info, (input, kernel, output) => {
        result[input] =
          (result[input] as number) + (gradient[output] as number) * (weights[kernel] as number);
      });
      return dx;
    },
  });
  tf.registerKernel({
    kernelName: 'DepthwiseConv2dNativeBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
      const attributes = attrs as unknown as Attributes;
      const heap = backend as WasmHeap;
      const shape = attributes.filterShape as Four;
      const info = depthwiseInfo(x.shape as Four, shape, attributes);
      const dw = heap.makeOutput([...shape], 'float32');
      const [values, gradient, result] = [x, dy, dw].map((one) => heap.typedArrayFromHeap(one)) as Three;
      result.fill(0);
      eachTap(info, (input, kernel, output) => {
        result[kernel] =
          (result[kernel] as number) + (gradient[output] as number) * (values[input] as number);
      });
      return dw;
    },
  });
}

type Three = [Float32Array, Float32Array, Float32Array];

function depthwiseInfo(input: Four, filter: Four, attributes: Attributes): Info {
  const { strides, dilations, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, dimRoundingMode, true);
}

/** Calls `visit` for every product of the forward pass: where its value, its weight and its sum lie. */
function eachTap(info: Info, visit: (input: number, kernel: number, output: number) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const multiplier = outChannels / inChannels;
  for (let image = 0; image < batchSize; image += 1) {
    for (let row = 0; row < outHeight; row += 1) {
      for (let column = 0; column < outWidth; column += 1) {
        const output = ((image * outHeight + row) * outWidth + column) * outChannels;
        for (let top = 0; top < info.filterHeight; top += 1) {
          const y = row * info.strideHeight + top * info.dilationHeight - padInfo.top;
          if (y < 0 || y >= inHeight) continue;
          for (let left = 0; left < info.filterWidth; left += 1) {
            const x = column * info.strideWidth + left * info.dilationWidth - padInfo.left;
            if (x < 0 || x >= inWidth) continue;
            const input = ((image * inHeight + y) * inWidth + x) * inChannels;
            const kernel = (top * info.filterWidth + left) * outChannels;
            for (let channel = 0; channel < outChannels; channel += 1) {
              visit(input + Math.floor(channel / multiplier), kernel + channel, output + channel);
            }
          }
        }
      }
    }
  }
}

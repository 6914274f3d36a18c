import * as tf from '@tensorflow/tfjs';
import { eachWindow, poolInfo, type PoolAttributes, type PoolInfo, type WasmHeap } from './pool-windows';

/**
 * tfjs shares an average's gradient out over the whole window, also where padding covers a part of it, although its
 * forward pass, like TensorFlow, averages over the pixels that are there. This one shares it out among those.
 */
export function registerAveragePoolGradient(): void {
  tf.unregisterKernel('AvgPoolGrad', 'wasm');
  tf.registerKernel({
    kernelName: 'AvgPoolGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
      const heap = backend as WasmHeap;
      const dx = heap.makeOutput(input.shape, 'float32');
      const pool = poolInfo(input.shape, attrs as unknown as PoolAttributes);
      shareOut(pool, heap.typedArrayFromHeap(dy), heap.typedArrayFromHeap(dx));
      return dx;
    },
  });
}

function shareOut(pool: PoolInfo, dy: Float32Array, dx: Float32Array): void {
  const { inHeight, inWidth, inChannels } = pool;
  dx.fill(0);
  eachWindow(pool, ({ image, output, top, bottom, left, right }) => {
    const share = 1 / ((bottom - top) * (right - left));
    for (let row = top; row < bottom; row += 1) {
      let at = ((image * inHeight + row) * inWidth + left) * inChannels;
      for (let column = left; column < right; column += 1) {
        for (let channel = 0; channel < inChannels; channel += 1, at += 1) {
          dx[at] = (dx[at] as number) + (dy[output + channel] as number) * share;
        }
      }
    }
  });
}

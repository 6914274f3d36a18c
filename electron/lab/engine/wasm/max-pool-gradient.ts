import * as tf from '@tensorflow/tfjs';
import { eachWindow, poolInfo, type PoolAttributes, type PoolInfo, type WasmHeap } from './pool-windows';

/**
 * The WASM backend's own kernel leaves what was in memory before at pixels that belong to no window or have no gradient,
 * as in the second pooling of an 11x11 map by 2x2. This one begins at zero. A window's gradient goes to its greatest
 * pixel, the first of equals as in TensorFlow.
 */
export function registerMaxPoolGradient(): void {
  tf.unregisterKernel('MaxPoolGrad', 'wasm');
  tf.registerKernel({
    kernelName: 'MaxPoolGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
      const heap = backend as WasmHeap;
      const dx = heap.makeOutput(input.shape, 'float32');
      const pool = poolInfo(input.shape, attrs as unknown as PoolAttributes);
      spread(pool, ...([input, dy, dx].map((info) => heap.typedArrayFromHeap(info)) as Arrays));
      return dx;
    },
  });
}

type Arrays = [input: Float32Array, dy: Float32Array, dx: Float32Array];

function spread(pool: PoolInfo, ...[input, dy, dx]: Arrays): void {
  const { inHeight, inWidth, inChannels } = pool;
  dx.fill(0);
  eachWindow(pool, ({ image, output, top, bottom, left, right }) => {
    for (let channel = 0; channel < inChannels; channel += 1) {
      let greatest = ((image * inHeight + top) * inWidth + left) * inChannels + channel;
      for (let row = top; row < bottom; row += 1) {
        let at = ((image * inHeight + row) * inWidth + left) * inChannels + channel;
        for (let column = left; column < right; column += 1, at += inChannels) {
          if ((input[at] as number) > (input[greatest] as number)) greatest = at;
        }
      }
      dx[greatest] = (dx[greatest] as number) + (dy[output + channel] as number);
    }
  });
}

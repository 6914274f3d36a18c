import * as tf from '@tensorflow/tfjs';

/** What tfjs's pooling kernels are given beside their tensors. */
export interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The part of the WASM backend that a kernel in TypeScript needs. */
export interface WasmHeap {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
  /** A view, which is void once the heap has grown: take it after every tensor has been made. */
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
}

export type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;

export function poolInfo(shape: readonly number[], attributes: PoolAttributes): PoolInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/** The pixels of a window that lie in the input: rows `top` to `bottom`, columns `left` to `right`, ends excluded. */
export interface PoolWindow {
  readonly image: number;
  /** Where the window's output begins in the flat output; its channels follow. */
  readonly output: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Calls `visit` for every window of every image. */
export function eachWindow(pool: PoolInfo, visit: (window: PoolWindow) => void): void {
  const { batchSize, outHeight, outWidth, outChannels, inHeight, inWidth, padInfo } = pool;
  let output = 0;
  for (let image = 0; image < batchSize; image += 1) {
    for (let row = 0; row < outHeight; row += 1) {
      const start = row * pool.strideHeight - padInfo.top;
      const top = Math.max(0, start);
      const bottom = Math.min(inHeight, start + pool.filterHeight);
      for (let column = 0; column < outWidth; column += 1) {
        const from = column * pool.strideWidth - padInfo.left;
        const left = Math.max(0, from);
        const right = Math.min(inWidth, from + pool.filterWidth);
        visit({ image, output, top, bottom, left, right });
        output += outChannels;
      }
    }
  }
}

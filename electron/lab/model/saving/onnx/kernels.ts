/** Kernels in the order of axes that ONNX's convolutions read. */
import { transposed } from '../graph/weights';
import type { SavedWeight } from '../saved-network';

export type Weight = Pick<SavedWeight, 'shape' | 'values'>;

/** [...size, channels / groups, filters] as [filters, channels / groups, ...size]. */
export function fullKernel(kernel: SavedWeight): Weight {
  const directions = kernel.shape.length - 2;
  const order = [directions + 1, directions, ...Array.from({ length: directions }, (_, axis) => axis)];
  return transposedWeight(kernel, order);
}

/** [height, width, channels, multiplier] as [channels * multiplier, 1, height, width]. */
export function depthwiseKernel(kernel: SavedWeight): Weight {
  const { shape, values } = transposedWeight(kernel, [2, 3, 0, 1]);
  const [channels = 1, multiplier = 1, ...size] = shape;
  return { shape: [channels * multiplier, 1, ...size], values };
}

export function transposedWeight({ shape, values }: SavedWeight, order: readonly number[]): Weight {
  return { shape: order.map((axis) => shape[axis] as number), values: transposed(values, shape, order) };
}

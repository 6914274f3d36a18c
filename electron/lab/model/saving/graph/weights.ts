import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { SavedNetwork } from '../saved-network';

/** With axis `order[i]` as axis i, row-major, as NumPy's `transpose` does. */
export function transposed(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  return tf.tidy(() => tf.transpose(tf.tensor(values, [...shape]), [...order]).dataSync() as Float32Array);
}

/** Little-endian bytes, as both formats and every machine that Convscope runs on have them. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Protocol buffers end at 2 GB (protobuf.dev/programming-guides/proto-limits); room is left for the graph. */
const largestWeights = 1.9e9;

/** Throws a `Refusal` for a network that is too large for one message. */
export function requireOneMessage({ layers }: SavedNetwork, format: string): void {
  const size = layers
    .flatMap(({ weights }) => weights)
    .reduce((sum, { values }) => sum + values.byteLength, 0);
  if (size > largestWeights) {
    throw new Refusal(
      `${format} holds at most 1.9 GB of weights, but the network has ${(size / 1e9).toFixed(1)} GB; save it as .keras.`,
    );
  }
}

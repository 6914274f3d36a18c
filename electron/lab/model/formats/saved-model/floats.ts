import { DataType } from './data-types';
import type { SavedTensor } from './checkpoint';

/** The values as float32; `null` for types that are no real numbers. */
export function floatsOf({ dtype, bytes }: SavedTensor): Float32Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (dtype) {
    case DataType.float:
      // A copy, because the file's bytes need not be aligned; every machine that TensorFlow runs on is little-endian.
      return new Float32Array(new Uint8Array(bytes).buffer);
    case DataType.double:
      return Float32Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index, true));
    case DataType.int32:
      return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(4 * index, true));
    case DataType.int64:
      return Float32Array.from({ length: bytes.length / 8 }, (_, index) =>
        Number(view.getBigInt64(8 * index, true)),
      );
    case DataType.half:
      return Float32Array.from({ length: bytes.length / 2 }, (_, index) =>
        halfToFloat(view.getUint16(2 * index, true)),
      );
    default:
      return null;
  }
}

/** IEEE 754 binary16. */
export function halfToFloat(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

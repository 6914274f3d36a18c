export type StoredType = 'float32' | 'int32' | 'bool' | 'uint8' | 'uint16' | 'float16';

export interface WeightEncoding {
  readonly dtype: StoredType;
  /** A quantised value is `min + scale * stored`. */
  readonly scale: number;
  readonly min: number;
}

/** Bytes of one value. */
export function storedBytes(dtype: StoredType): number {
  switch (dtype) {
    case 'float32':
    case 'int32':
      return 4;
    case 'uint16':
    case 'float16':
      return 2;
    case 'uint8':
    case 'bool':
      return 1;
  }
}

/** Values as float32. Bytes are little-endian and need not be aligned. */
export function decode(bytes: Uint8Array, { dtype, scale, min }: WeightEncoding): Float32Array {
  // Typed arrays must begin at a multiple of their size, which parts of a file do not.
  const { buffer } = bytes.slice();
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'int32':
      return Float32Array.from(new Int32Array(buffer));
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), float16);
    case 'uint16':
      return Float32Array.from(new Uint16Array(buffer), (stored) => min + scale * stored);
    case 'uint8':
    case 'bool':
      return Float32Array.from(bytes, (stored) => min + scale * stored);
  }
}

/** The value of a half-precision number (IEEE 754 binary16). */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

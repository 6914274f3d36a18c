/** TensorFlow's numbers of element types (tensorflow/core/framework/types.proto), as far as weights have them. */
export const DataType = {
  float: 1,
  double: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  uint16: 17,
  half: 19,
  resource: 20,
} as const;

const bytesOf: Readonly<Record<number, number>> = {
  [DataType.float]: 4,
  [DataType.double]: 8,
  [DataType.int32]: 4,
  [DataType.uint8]: 1,
  [DataType.int16]: 2,
  [DataType.int8]: 1,
  [DataType.int64]: 8,
  [DataType.bool]: 1,
  [DataType.bfloat16]: 2,
  [DataType.uint16]: 2,
  [DataType.half]: 2,
};

/** `null` for types whose elements have no fixed size, or that are not read. */
export function elementBytes(dtype: number): number | null {
  return bytesOf[dtype] ?? null;
}

export function typeName(dtype: number): string {
  return Object.entries(DataType).find(([, number]) => number === dtype)?.[0] ?? `number ${dtype}`;
}

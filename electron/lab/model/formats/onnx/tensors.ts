import { Refusal } from '#shared/errors';
import type { ModelFiles } from '../files';
import { integer, packedIntegers } from '../protobuf';
import type { TensorMessage } from './messages';

/** A tensor of numbers, row-major. Integers are exact up to 2^24 as floats, which is what shapes and axes need. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Whether the file holds whole numbers: such constants are shapes, axes and the like, no weights. */
  readonly whole: boolean;
}

/** TensorProto.DataType, with what one value takes in `raw_data` and how it is read there. */
interface ElementType {
  readonly bytes: number;
  readonly whole: boolean;
  read(view: DataView, at: number): number;
}

const types: Readonly<Record<number, ElementType>> = {
  1: { bytes: 4, whole: false, read: (view, at) => view.getFloat32(at, true) },
  2: { bytes: 1, whole: true, read: (view, at) => view.getUint8(at) },
  3: { bytes: 1, whole: true, read: (view, at) => view.getInt8(at) },
  4: { bytes: 2, whole: true, read: (view, at) => view.getUint16(at, true) },
  5: { bytes: 2, whole: true, read: (view, at) => view.getInt16(at, true) },
  6: { bytes: 4, whole: true, read: (view, at) => view.getInt32(at, true) },
  7: { bytes: 8, whole: true, read: (view, at) => Number(view.getBigInt64(at, true)) },
  9: { bytes: 1, whole: true, read: (view, at) => view.getUint8(at) },
  10: { bytes: 2, whole: false, read: (view, at) => halfToFloat(view.getUint16(at, true)) },
  11: { bytes: 8, whole: false, read: (view, at) => view.getFloat64(at, true) },
};

const float16 = 10;
const mostDimensions = 16;

/** Reads a tensor's values. Throws a `Refusal` where they do not fill its shape. `null` for text and rarer types. */
export async function readTensor(
  tensor: TensorMessage,
  files: ModelFiles,
  place: string,
): Promise<Constant | null> {
  const shape = tensor.dims.map(integer);
  const at = `${place}, tensor ${tensor.name || 'without a name'}`;
  if (shape.length > mostDimensions || shape.some((size) => size < 0)) {
    throw new Refusal(`${at}: its shape ${shape.slice(0, mostDimensions).join(' x ')} is impossible.`);
  }
  const type = types[tensor.data_type];
  if (type === undefined) return null;
  const count = shape.reduce((product, size) => product * size, 1);
  const raw = tensor.data_location === 1 ? await externalData(tensor, files, at) : tensor.raw_data;
  const values = raw.length > 0 ? fromRaw(raw, type, count) : fromLists(tensor, count);
  if (values === null) {
    throw new Refusal(`${at}: its values do not fill its shape, ${shape.join(' x ') || 'a single number'}.`);
  }
  return { name: tensor.name, shape, values, whole: type.whole };
}

function fromRaw(raw: Uint8Array, type: ElementType, count: number): Float32Array | null {
  if (raw.length !== count * type.bytes) return null;
  // A copy, because the file's bytes need not be aligned; little-endian, as every machine that Convscope runs on.
  if (type === types[1]) return new Float32Array(new Uint8Array(raw).buffer);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float32Array.from({ length: count }, (_, index) => type.read(view, index * type.bytes));
}

function fromLists(tensor: TensorMessage, count: number): Float32Array | null {
  const { data_type: type, float_data, double_data, int32_data, int64_data } = tensor;
  if (type === 1) return fromRaw(Buffer.concat(float_data), types[1] as ElementType, count);
  if (type === 11) return fromRaw(Buffer.concat(double_data), types[11] as ElementType, count);
  const integers = [...int32_data, ...int64_data];
  // A packed integer takes a byte at least.
  if (integers.reduce((sum, { length }) => sum + length, 0) < count) return null;
  const listed = integers.flatMap(packedIntegers);
  if (listed.length !== count) return null;
  return Float32Array.from(listed, (value) => (type === float16 ? halfToFloat(value) : value));
}

async function externalData(tensor: TensorMessage, files: ModelFiles, at: string): Promise<Uint8Array> {
  const said = new Map(tensor.external_data.map(({ key, value }) => [key, value]));
  const location = said.get('location');
  if (location === undefined) throw new Refusal(`${at}: it does not say in which file its values lie.`);
  const file = await files.read(location);
  const offset = Number(said.get('offset') ?? 0);
  const length = Number(said.get('length') ?? file.length - offset);
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new Refusal(`${at}: where its values lie in ${location} is no number.`);
  }
  if (offset + length > file.length) {
    throw new Refusal(`${at}: its bytes ${offset} to ${offset + length} lie behind the end of ${location}.`);
  }
  return file.subarray(offset, offset + length);
}

/** IEEE 754 binary16. */
function halfToFloat(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

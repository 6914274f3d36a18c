import { open } from 'node:fs/promises';
import { constants, gunzipSync, type ZlibOptions } from 'node:zlib';
import { Refusal } from '#shared/errors';

/** What an IDX file holds (yann.lecun.com/exdb/mnist, "the IDX file format"). */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const unsignedByte = 0x08;
const float = 0x0d;
const elementTypes: Readonly<Record<number, string>> = {
  [unsignedByte]: 'unsigned bytes',
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  [float]: '32-bit floats',
  0x0e: '64-bit floats',
};

/** The largest file that is taken in, unpacked; MNIST's training images are 47 MB. */
const maxBytes = 2 ** 31;

/**
 * Reads an IDX file of unsigned bytes, plain or gzip. Every header field is checked before anything is believed.
 * @param name how the file is called in the sentence of a `Refusal`
 */
export function readIdx(file: Uint8Array, name: string, dimensions: readonly number[]): IdxArray {
  return read(file, name, dimensions, unsignedBytes);
}

/** Reads an IDX file of 32-bit floats in one dimension, such as the weights of images. */
export function readIdxFloats(file: Uint8Array, name: string): Float32Array {
  const { values } = read(file, name, [1], {
    type: float,
    rule: 'weights of images are 32-bit floats',
    bytes: 4,
  });
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Float32Array.from({ length: values.length / 4 }, (_, index) => view.getFloat32(4 * index));
}

/** More than a header needs, packed too. */
const headBytes = 4096;

/** The sizes in the header of an IDX file of unsigned bytes, whose values are not read. */
export async function readIdxShape(file: string, dimensions: readonly number[]): Promise<readonly number[]> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const bytes = isGzip(head) ? unzip(head, file, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    return readHeader(bytes, file, dimensions, unsignedBytes).shape;
  } finally {
    await handle.close();
  }
}

interface Element {
  readonly type: number;
  /** Said where a file holds others. */
  readonly rule: string;
  readonly bytes: number;
}

const unsignedBytes: Element = {
  type: unsignedByte,
  rule: 'Convscope reads IDX files of unsigned bytes',
  bytes: 1,
};

function read(file: Uint8Array, name: string, dimensions: readonly number[], element: Element): IdxArray {
  const bytes = isGzip(file) ? unzip(file, name) : file;
  const { shape, headerBytes } = readHeader(bytes, name, dimensions, element);
  const expected = element.bytes * shape.reduce((product, size) => product * size, 1);
  const found = bytes.length - headerBytes;
  if (expected !== found) {
    throw new Refusal(
      `${name} is ${found < expected ? 'cut short' : 'too long'}: its header announces ` +
        `${shape.join(' x ')} = ${expected} bytes and ${found} follow.`,
    );
  }
  return { shape, values: bytes.subarray(headerBytes) };
}

function readHeader(
  bytes: Uint8Array,
  name: string,
  dimensions: readonly number[],
  element: Element,
): { readonly shape: readonly number[]; readonly headerBytes: number } {
  if (bytes.length < 4) throw new Refusal(`${name} is no IDX file: it holds only ${bytes.length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0) {
    throw new Refusal(`${name} is no IDX file: it does not begin with two zero bytes.`);
  }
  const type = view.getUint8(2);
  if (type !== element.type) {
    const found = elementTypes[type] ?? `elements of an unknown type (0x${type.toString(16)})`;
    throw new Refusal(`${name} holds ${found}; ${element.rule}.`);
  }
  const rank = view.getUint8(3);
  if (!dimensions.includes(rank)) {
    throw new Refusal(`${name} has ${rank} dimensions where ${dimensions.join(' or ')} were expected.`);
  }
  const headerBytes = 4 + 4 * rank;
  if (bytes.length < headerBytes) throw new Refusal(`${name} ends inside its header.`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { shape, headerBytes };
}

function isGzip(file: Uint8Array): boolean {
  return file[0] === 0x1f && file[1] === 0x8b;
}

function unzip(file: Uint8Array, name: string, options: ZlibOptions = {}): Uint8Array {
  try {
    return gunzipSync(file, { maxOutputLength: maxBytes, ...options });
  } catch (cause) {
    throw new Refusal(`${name} is a damaged gzip file; fetch it again.`, { cause });
  }
}

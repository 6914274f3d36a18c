import { Refusal } from '#shared/errors';
import { largestModelFile, megabytes, type ModelFiles } from '../files';
import { integer } from '../protobuf';
import { maskedCrc32c } from './crc32c';
import { elementBytes, typeName, DataType } from './data-types';
import {
  readBundleEntry,
  readBundleHeader,
  readObjectGraph,
  type BundleEntry,
  type CheckpointObject,
  type TensorShape,
} from './messages';
import { readSortedTable } from './sorted-table';

/** A tensor as it was saved: little-endian, row-major. */
export interface SavedTensor {
  /** TensorFlow's number of the element type. */
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const objectGraphKey = '_CHECKPOINTABLE_OBJECT_GRAPH';
const mostDimensions = 16;
const mostShards = 1024;

/** The weights beside a SavedModel: an index and shards of data (tensorflow/core/util/tensor_bundle). */
export class Checkpoint {
  readonly #name: string;
  readonly #entries: ReadonlyMap<string, Uint8Array>;
  readonly #shards: readonly Uint8Array[];

  private constructor(name: string, entries: Map<string, Uint8Array>, shards: readonly Uint8Array[]) {
    this.#name = name;
    this.#entries = entries;
    this.#shards = shards;
  }

  /** @param prefix the files' common path, such as `variables/variables` */
  static async open(files: ModelFiles, prefix: string): Promise<Checkpoint> {
    const name = `${files.name}: ${prefix}.index`;
    const entries = new Map<string, Uint8Array>();
    for (const { key, value } of readSortedTable(await files.read(`${prefix}.index`), name)) {
      entries.set(key, value);
    }
    const header = entries.get('');
    if (header === undefined) throw new Refusal(`${name} has no header.`);
    entries.delete('');
    const { num_shards, endianness } = readBundleHeader(header, name);
    if (endianness !== 0) throw new Refusal(`${name}: the weights are big-endian, which is not read.`);
    if (num_shards < 1 || num_shards > mostShards) {
      throw new Refusal(
        `${name}: the header announces ${num_shards} shards; at most ${mostShards} are read.`,
      );
    }
    return new Checkpoint(name, entries, await readShards(files, prefix, num_shards));
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Throws a `Refusal` where there is no such tensor or its data does not fit what the index says. */
  tensor(key: string): SavedTensor {
    const { entry, place } = this.#entry(key);
    const shape = shapeOf(entry.shape, place);
    const size = elementBytes(entry.dtype);
    if (size === null)
      throw new Refusal(`${place}: it is of type ${typeName(entry.dtype)}, which is not read.`);
    const expected = shape.reduce((product, length) => product * length, size);
    if (integer(entry.size) !== expected) {
      throw new Refusal(
        `${place}: ${shape.join(' x ')} values of ${size} bytes are not the ${integer(entry.size)} bytes announced.`,
      );
    }
    const bytes = this.#data(entry, place);
    if (maskedCrc32c(bytes) !== entry.crc32c) {
      throw new Refusal(`${place}: the checksum of its data is wrong; the file is damaged.`);
    }
    return { dtype: entry.dtype, shape, bytes };
  }

  /** The objects that were saved and under which keys; empty in checkpoints of TensorFlow 1. */
  objects(): readonly CheckpointObject[] {
    if (!this.has(objectGraphKey)) return [];
    const { entry, place } = this.#entry(objectGraphKey);
    if (entry.dtype !== DataType.string) throw new Refusal(`${place}: it is no string.`);
    return readObjectGraph(onlyString(this.#data(entry, place), place), place).nodes;
  }

  #entry(key: string): { readonly entry: BundleEntry; readonly place: string } {
    const place = `${this.#name}, tensor ${key}`;
    const value = this.#entries.get(key);
    if (value === undefined) throw new Refusal(`${place}: it is missing.`);
    const entry = readBundleEntry(value, place);
    if (entry.slices.length > 0) {
      throw new Refusal(`${place}: it was saved in pieces (a partitioned variable), which is not read.`);
    }
    return { entry, place };
  }

  #data({ shard_id, offset, size }: BundleEntry, place: string): Uint8Array {
    const shard = this.#shards[shard_id];
    if (shard === undefined) {
      throw new Refusal(`${place}: it lies in shard ${shard_id} of ${this.#shards.length}.`);
    }
    const [from, length] = [integer(offset), integer(size)];
    if (from < 0 || length < 0 || from + length > shard.length) {
      throw new Refusal(
        `${place}: its bytes ${from} to ${from + length} lie outside of shard ${shard_id}, which has ${shard.length}.`,
      );
    }
    return shard.subarray(from, from + length);
  }
}

async function readShards(files: ModelFiles, prefix: string, count: number): Promise<readonly Uint8Array[]> {
  const shards: Uint8Array[] = [];
  let left = largestModelFile;
  for (let shard = 0; shard < count; shard++) {
    const [number, of] = [shard, count].map((value) => String(value).padStart(5, '0'));
    const name = `${prefix}.data-${number}-of-${of}`;
    left -= (await files.size(name)) ?? 0;
    if (left < 0) {
      throw new Refusal(
        `${files.name}: its weights take more than the ${megabytes(largestModelFile)} that are read.`,
      );
    }
    shards.push(await files.read(name));
  }
  return shards;
}

function shapeOf(shape: TensorShape | null, place: string): readonly number[] {
  const sizes = (shape?.dim ?? []).map(({ size }) => integer(size));
  if (sizes.length > mostDimensions || sizes.some((size) => size < 0)) {
    throw new Refusal(`${place}: its shape ${sizes.slice(0, mostDimensions).join(' x ')} is impossible.`);
  }
  return sizes;
}

/** Strings are stored as their lengths, varints, a checksum of the lengths, and their bytes. */
function onlyString(data: Uint8Array, place: string): Uint8Array {
  const lengthBytes = data.findIndex((byte) => byte < 128) + 1;
  const text = data.subarray(lengthBytes + 4);
  const length = data.subarray(0, lengthBytes).reduceRight((value, byte) => value * 128 + (byte & 127), 0);
  if (lengthBytes === 0 || length !== text.length) {
    throw new Refusal(`${place}: its ${data.length} bytes are no string.`);
  }
  return text;
}

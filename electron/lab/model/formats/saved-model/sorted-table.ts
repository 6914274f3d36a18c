import { Refusal } from '#shared/errors';
import { maskedCrc32c } from './crc32c';

/** A key and where its value lies; both share the file's memory where they can. */
export interface TableEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

const footerBytes = 48;
const magic = 0xdb4775248b80fb57n;
/** A byte that says how a block is compressed, and its checksum. */
const trailerBytes = 5;
const compressions: Readonly<Record<number, string>> = { 1: 'Snappy', 2: 'Zstandard' };

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads a sorted string table as LevelDB defined it and TensorFlow writes it for a checkpoint's index
 * (github.com/google/leveldb/blob/main/doc/table_format.md). Throws a `Refusal` that names the file and the block.
 */
export function readSortedTable(file: Uint8Array, name: string): TableEntry[] {
  if (file.length < footerBytes) {
    throw new Refusal(`${name} is no checkpoint index: it holds only ${file.length} bytes.`);
  }
  const footerAt = file.length - footerBytes;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getBigUint64(file.length - 8, true) !== magic) {
    throw new Refusal(`${name} is no checkpoint index: it does not end in the mark of a sorted table.`);
  }
  const footer = new Cursor(file.subarray(footerAt), `${name}, in the footer`);
  footer.handle();
  const index = blockEntries(file, footer.handle(), name);
  // A block that is named twice would let a small file unfold into a large one.
  let end = 0;
  return index.flatMap(({ value }) => {
    const handle = new Cursor(value, `${name}, in the block index`).handle();
    if (handle.offset < end) throw new Refusal(`${name} is damaged: its blocks overlap.`);
    end = handle.offset + handle.size;
    return blockEntries(file, handle, name);
  });
}

function blockEntries(file: Uint8Array, { offset, size }: Handle, name: string): TableEntry[] {
  const place = `${name}, in the block at byte ${offset}`;
  if (size < 4 || offset + size + trailerBytes > file.length) {
    throw new Refusal(`${place}: it reaches over the end of the file; the file is cut short or damaged.`);
  }
  const block = file.subarray(offset, offset + size);
  const compression = file[offset + size] as number;
  if (compression !== 0) {
    const method = compressions[compression] ?? `method ${compression}`;
    throw new Refusal(`${place}: it is compressed with ${method}; save the checkpoint uncompressed.`);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const checksum = maskedCrc32c(block, file.subarray(offset + size, offset + size + 1));
  if (view.getUint32(offset + size + 1, true) !== checksum) {
    throw new Refusal(`${place}: its checksum is wrong; the file is damaged.`);
  }
  return prefixedEntries(block, view.getUint32(offset + size - 4, true), place);
}

/** Keys repeat only what differs from the key before. */
function prefixedEntries(block: Uint8Array, restarts: number, place: string): TableEntry[] {
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw new Refusal(`${place}: it is too short for its ${restarts} restarts.`);
  const cursor = new Cursor(block.subarray(0, end), place);
  const entries: TableEntry[] = [];
  let key: Uint8Array = new Uint8Array(0);
  while (!cursor.atEnd) {
    const shared = cursor.varint();
    const own = cursor.varint();
    const length = cursor.varint();
    if (shared > key.length) throw new Refusal(`${place}: a key shares more than the key before has.`);
    const suffix = cursor.bytes(own);
    key = Buffer.concat([key.subarray(0, shared), suffix]);
    if (key.length > longestKey) throw new Refusal(`${place}: a key has more than ${longestKey} bytes.`);
    entries.push({ key: Buffer.from(key).toString('utf8'), value: cursor.bytes(length) });
  }
  return entries;
}

const longestKey = 4096;

class Cursor {
  readonly #bytes: Uint8Array;
  readonly #place: string;
  #at = 0;

  constructor(bytes: Uint8Array, place: string) {
    this.#bytes = bytes;
    this.#place = place;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  bytes(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Refusal(`${this.#place}: it ends in an entry.`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Up to 2^53. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 53; factor *= 128) {
      const [byte] = this.bytes(1) as unknown as [number];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new Refusal(`${this.#place}: a number is too large.`);
  }

  handle(): Handle {
    return { offset: this.varint(), size: this.varint() };
  }
}

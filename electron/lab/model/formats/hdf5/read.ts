import h5wasm, { type Attribute, type Dataset, type Group } from 'h5wasm';
import { Refusal } from '#shared/errors';
import { megabytes, largestModelFile } from '../files';
import type { Hdf5Attribute, Hdf5Contents, Hdf5DataSet } from './contents';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const mostObjects = 20_000;
const deepestGroup = 24;
/** What an optimizer left behind, as large as the weights themselves and of no use here. */
const left: readonly string[] = ['optimizer_weights', 'optimizer'];

/** Bytes that `isHdf5` needs: HDF5 may begin after a block of the writer's own of 512, 1024 or 2048 bytes. */
export const hdf5HeadLength = 2056;

export function isHdf5(head: Uint8Array): boolean {
  return [0, 512, 1024, 2048].some((start) => signature.every((byte, index) => head[start + index] === byte));
}

let readings = 0;

/**
 * Reads the groups, texts and numbers of an HDF5 file. The library works on memory of its own, which holds nothing but
 * this file: links out of it lead nowhere. Throws a `Refusal` that names the place.
 */
export async function readHdf5(bytes: Uint8Array, owner: string): Promise<Hdf5Contents> {
  const { FS } = await h5wasm.ready;
  const name = `/model-${String(readings++)}.h5`;
  FS.writeFile(name, bytes);
  try {
    const file = opened(name, owner);
    try {
      return new Walk(owner, bytes.length).read(file);
    } finally {
      file.close();
    }
  } finally {
    FS.unlink(name);
  }
}

function opened(name: string, owner: string): InstanceType<typeof h5wasm.File> {
  try {
    const file = new h5wasm.File(name, 'r');
    if (file.file_id > 0n) return file;
  } catch (cause) {
    throw new Refusal(`${owner}: the HDF5 file is damaged or cut off.`, { cause });
  }
  throw new Refusal(`${owner}: the HDF5 file is damaged or cut off.`);
}

/** Collects what a file holds, within limits. */
class Walk {
  readonly #owner: string;
  readonly #fileSize: number;
  readonly #groups = new Map<string, ReadonlyMap<string, Hdf5Attribute>>();
  readonly #dataSets = new Map<string, Hdf5DataSet>();
  #objects = 0;
  #size = 0;

  constructor(owner: string, fileSize: number) {
    this.#owner = owner;
    this.#fileSize = fileSize;
  }

  read(root: Group): Hdf5Contents {
    this.#group(root, '', 0);
    return { groups: this.#groups, dataSets: this.#dataSets };
  }

  #group(group: Group, path: string, depth: number): void {
    if (depth > deepestGroup) throw this.#refusal(path, `groups are nested more than ${deepestGroup} deep`);
    this.#groups.set(path, this.#attributes(group, path));
    for (const key of this.#attempt(path, () => group.keys())) {
      if (++this.#objects > mostObjects)
        throw this.#refusal(path, `there are more than ${mostObjects} objects`);
      if (depth === 0 && left.includes(key)) continue;
      const inner = path === '' ? key : `${path}/${key}`;
      const entity = this.#attempt(inner, () => group.get(key));
      if (entity instanceof h5wasm.Group) this.#group(entity, inner, depth + 1);
      else if (entity instanceof h5wasm.Dataset) this.#dataSet(entity, inner);
    }
  }

  #attributes(group: Group, path: string): ReadonlyMap<string, Hdf5Attribute> {
    const found = new Map<string, Hdf5Attribute>();
    for (const [name, attribute] of Object.entries(this.#attempt(path, () => group.attrs))) {
      const value = this.#attempt(`${path}@${name}`, () => this.#text(attribute));
      if (value !== null) found.set(name, value);
    }
    return found;
  }

  #text({ metadata, value }: Attribute): Hdf5Attribute | null {
    if (typeof value === 'string') return value;
    // An empty list has no type of its own: h5py writes one of numbers.
    if (metadata.total_size === 0) return [];
    if (!Array.isArray(value)) return null;
    const texts = value.filter((item) => typeof item === 'string');
    if (texts.length !== value.length) return null;
    return metadata.shape?.length === 0 && texts[0] !== undefined ? texts[0] : texts;
  }

  #dataSet(dataSet: Dataset, path: string): void {
    const { metadata, filters } = this.#attempt(path, () => ({
      metadata: dataSet.metadata,
      filters: dataSet.filters,
    }));
    const { shape, type, size } = metadata;
    // Integers are 0, floating-point numbers 1 (H5T_class_t); all else is no weight.
    if (shape === null || (type !== 0 && type !== 1) || metadata.vlen) return;
    const count = shape.reduce((product, length) => product * length, 1);
    const compressed = filters.length > 0;
    if (!compressed && count * size > this.#fileSize) {
      throw this.#refusal(
        path,
        `its ${count} values do not fit into the ${megabytes(this.#fileSize)} of the file`,
      );
    }
    this.#size += count * Math.max(size, 4);
    if (!(this.#size <= largestModelFile)) {
      throw this.#refusal(path, `the file holds more than the ${megabytes(largestModelFile)} that are read`);
    }
    const values = this.#attempt(path, () => floats(dataSet.value, size));
    if (values?.length !== count) throw this.#refusal(path, 'its values cannot be read');
    this.#dataSets.set(path, { shape, values });
  }

  #attempt<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      throw this.#refusal(path, 'it is damaged', cause);
    }
  }

  #refusal(path: string, fault: string, cause?: unknown): Refusal {
    return new Refusal(`${this.#owner}: at ${path === '' ? 'the root' : path}: ${fault}.`, { cause });
  }
}

/** Numbers of any kind as float32; `null` for those that are none. */
function floats(value: unknown, bytesEach: number): Float32Array | null {
  if (typeof value === 'number') return Float32Array.of(value);
  if (typeof value === 'bigint') return Float32Array.of(Number(value));
  if (value instanceof Float32Array) return value;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array)
    return Float32Array.from(value, Number);
  if (!ArrayBuffer.isView(value) || value instanceof DataView || bytesEach > 8) return null;
  return Float32Array.from(value as unknown as ArrayLike<number>);
}

import { parentPort, workerData } from 'node:worker_threads';

/**
 * A thread that reads HDF5 files with h5wasm. The library is C, compiled: damaged files can keep it busy for ever, so
 * it runs where it can be ended (read.ts). It works on memory of its own, which holds nothing but the one file: links
 * out of it lead nowhere.
 *
 * @typedef {import('./contents').Hdf5Contents} Hdf5Contents
 * @typedef {import('./contents').Hdf5Attribute} Hdf5Attribute
 * @typedef {import('./contents').Hdf5DataSet} Hdf5DataSet
 * @typedef {import('h5wasm').Group} Group
 * @typedef {import('h5wasm').Dataset} Dataset
 * @typedef {import('h5wasm').Attribute} Attribute
 */

const mostObjects = 20_000;
const deepestGroup = 24;
/** What an optimizer left behind, as large as the weights themselves and of no use here. */
const left = ['optimizer_weights', 'optimizer'];

/** @type {{ readonly library: string, readonly largestFile: number }} */
const { library, largestFile } = workerData;

// The library prints whatever it also throws.
globalThis.console = { ...console, error: () => undefined, warn: () => undefined };

/** What the library may take beside the values of a file: damaged ones make it ask for as much as there is. */
const memoryBeside = 192 * 1024 * 1024;
const pageSize = 65_536;
let memoryAllowed = memoryBeside;

/**
 * As much of WebAssembly.Memory as is used here: its declarations belong to browsers.
 * @typedef {{ readonly buffer: ArrayBuffer, grow(pages: number): number }} Memory
 */
const { Memory: MemoryClass } = /** @type {{ Memory: { prototype: Memory } }} */ (
  Reflect.get(globalThis, 'WebAssembly')
);
const { grow } = MemoryClass.prototype;
/**
 * @this {Memory}
 * @param {number} pages
 */
MemoryClass.prototype.grow = function (pages) {
  // The library takes a refusal for a full memory, and says so.
  if (this.buffer.byteLength + pages * pageSize > memoryAllowed)
    throw new RangeError('more memory than is allowed');
  return grow.call(this, pages);
};

/** @type {typeof import('h5wasm')} */
const { default: h5wasm } = await import(library);
const { FS } = await h5wasm.ready;

/** What a person can be told: a place in the file and what is wrong there. */
class Fault extends Error {}

/**
 * @param {string} path
 * @param {string} fault
 * @param {unknown} [cause]
 */
function faultAt(path, fault, cause) {
  // A trap leaves the library's memory as it was in the middle of something.
  if (cause instanceof Error && cause.name === 'RuntimeError') return cause;
  return new Fault(`at ${path === '' ? 'the root' : path}: ${fault}`, { cause });
}

/**
 * @template T
 * @param {string} path
 * @param {() => T} read
 * @returns {T}
 */
function attempt(path, read) {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof Fault ? cause : faultAt(path, 'it is damaged', cause);
  }
}

/**
 * @param {string} name
 * @param {number} size
 * @returns {Hdf5Contents}
 */
function readFile(name, size) {
  const file = attempt('', () => new h5wasm.File(name, 'r'));
  if (file.file_id <= 0n) throw new Fault('the HDF5 file is damaged or cut off');
  try {
    return new Walk(size).read(file);
  } finally {
    file.close();
  }
}

/** Collects what a file holds, within limits. */
class Walk {
  /** @type {Map<string, ReadonlyMap<string, Hdf5Attribute>>} */
  #groups = new Map();
  /** @type {Map<string, Hdf5DataSet>} */
  #dataSets = new Map();
  #objects = 0;
  #size = 0;
  #fileSize;

  /** @param {number} fileSize */
  constructor(fileSize) {
    this.#fileSize = fileSize;
  }

  /**
   * @param {Group} root
   * @returns {Hdf5Contents}
   */
  read(root) {
    this.#group(root, '', 0);
    return { groups: this.#groups, dataSets: this.#dataSets };
  }

  /**
   * @param {Group} group
   * @param {string} path
   * @param {number} depth
   */
  #group(group, path, depth) {
    if (depth > deepestGroup) throw faultAt(path, `groups are nested more than ${deepestGroup} deep`);
    this.#groups.set(path, this.#attributes(group, path));
    for (const key of attempt(path, () => group.keys())) {
      if (++this.#objects > mostObjects) throw faultAt(path, `there are more than ${mostObjects} objects`);
      if (depth === 0 && left.includes(key)) continue;
      const inner = path === '' ? key : `${path}/${key}`;
      const entity = attempt(inner, () => group.get(key));
      if (entity instanceof h5wasm.Group) this.#group(entity, inner, depth + 1);
      else if (entity instanceof h5wasm.Dataset) this.#dataSet(entity, inner);
    }
  }

  /**
   * @param {Group} group
   * @param {string} path
   */
  #attributes(group, path) {
    /** @type {Map<string, Hdf5Attribute>} */
    const found = new Map();
    for (const [name, attribute] of Object.entries(attempt(path, () => group.attrs))) {
      const value = attempt(`${path}@${name}`, () => this.#text(attribute));
      if (value !== null) found.set(name, value);
    }
    return found;
  }

  /**
   * @param {Attribute} attribute
   * @returns {Hdf5Attribute | null}
   */
  #text(attribute) {
    const { metadata } = attribute;
    this.#count(metadata.total_size * metadata.size, true);
    const { value } = attribute;
    if (typeof value === 'string') return value;
    // An empty list has no type of its own: h5py writes one of numbers.
    if (metadata.total_size === 0) return [];
    if (!Array.isArray(value)) return null;
    const texts = value.filter((item) => typeof item === 'string');
    if (texts.length !== value.length) return null;
    return metadata.shape?.length === 0 && texts[0] !== undefined ? texts[0] : texts;
  }

  /**
   * @param {Dataset} dataSet
   * @param {string} path
   */
  #dataSet(dataSet, path) {
    attempt(path, () => {
      const { shape, type, size, vlen } = dataSet.metadata;
      // Integers are 0, floating-point numbers 1 (H5T_class_t); all else is no weight.
      if (shape === null || (type !== 0 && type !== 1) || vlen) return;
      if (type === 1 && size === 2)
        throw faultAt(path, 'it holds half-precision numbers, which are not read');
      const count = shape.reduce((product, length) => product * length, 1);
      this.#count(count * Math.max(size, 4), dataSet.filters.length === 0);
      const values = floats(dataSet.value, size);
      if (values?.length !== count) throw faultAt(path, 'its values cannot be read');
      this.#dataSets.set(path, { shape, values });
    });
  }

  /**
   * Counts bytes before memory is taken for them.
   * @param {number} bytes
   * @param {boolean} plain whether they lie in the file as they are, and so cannot be more than it
   */
  #count(bytes, plain) {
    this.#size += bytes;
    if (plain && bytes > 8 * this.#fileSize)
      throw new Fault('it claims to hold more values than the file has room for');
    if (!(this.#size <= largestFile)) throw new Fault('the file holds more values than are read');
  }
}

/**
 * Numbers of any kind as float32; `null` for those that are none.
 * @param {unknown} value
 * @param {number} bytesEach
 */
function floats(value, bytesEach) {
  if (typeof value === 'number') return Float32Array.of(value);
  if (typeof value === 'bigint') return Float32Array.of(Number(value));
  if (value instanceof Float32Array) return value;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array)
    return Float32Array.from(value, Number);
  if (!ArrayBuffer.isView(value) || value instanceof DataView || bytesEach > 8) return null;
  return Float32Array.from(/** @type {Float64Array} */ (value));
}

/**
 * @param {Uint8Array} bytes
 * @returns {import('./read').ThreadAnswer}
 */
function answerTo(bytes) {
  const name = '/model.h5';
  memoryAllowed = memoryBeside + 4 * bytes.length;
  FS?.writeFile(name, bytes);
  try {
    return { kind: 'contents', contents: readFile(name, bytes.length) };
  } catch (thrown) {
    const fault = thrown instanceof Fault ? thrown.message : 'the HDF5 file is damaged';
    return { kind: 'fault', fault, spoilt: !(thrown instanceof Fault) };
  } finally {
    FS?.unlink(name);
  }
}

parentPort?.on('message', (/** @type {Uint8Array} */ bytes) => {
  parentPort?.postMessage(answerTo(bytes));
});
parentPort?.postMessage('ready');

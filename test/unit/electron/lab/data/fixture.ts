import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Task } from '#shared/api';
import type { OpeningWatch } from '../../../../../electron/lab/data/data-set';

/** The bytes of an IDX file, as yann.lecun.com/exdb/mnist describes them. */
export function idxFile(shape: readonly number[], values: Uint8Array, type = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  bytes[2] = type;
  bytes[3] = shape.length;
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

export interface SplitFiles {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Images whose pixels all hold their own number, so that order and slices can be told. */
export function splitFiles(labels: readonly number[], height = 2, width = 3): SplitFiles {
  const pixels = Uint8Array.from({ length: labels.length * height * width }, (_, index) =>
    Math.floor(index / (height * width)),
  );
  return {
    images: idxFile([labels.length, height, width], pixels),
    labels: idxFile([labels.length], Uint8Array.from(labels)),
  };
}

/** The four files by the names that MNIST is published under, gzip. */
export function publishedFiles(training: SplitFiles, test: SplitFiles): Readonly<Record<string, Uint8Array>> {
  return {
    'train-images-idx3-ubyte.gz': gzipSync(training.images),
    'train-labels-idx1-ubyte.gz': gzipSync(training.labels),
    't10k-images-idx3-ubyte.gz': gzipSync(test.images),
    't10k-labels-idx1-ubyte.gz': gzipSync(test.labels),
  };
}

/** All but one. */
export function without(
  files: Readonly<Record<string, Uint8Array>>,
  name: string,
): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'convscope-data-'));
}

export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, bytes]) => writeFile(path.join(folder, name), bytes)));
}

/** A watch that keeps what it was told. */
export function recordingWatch(
  signal = new AbortController().signal,
): OpeningWatch & { readonly tasks: Task[] } {
  const tasks: Task[] = [];
  return { tasks, report: (task) => void tasks.push(task), signal };
}

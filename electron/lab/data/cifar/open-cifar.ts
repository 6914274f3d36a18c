import path from 'node:path';
import { Refusal } from '#shared/errors';
import type { CifarSpec } from '#shared/data-spec';
import type { ImageSet } from '#shared/images';
import type { DataSet, OpeningWatch } from '../data-set';
import { cifarFiles, type CifarFiles } from './files';
import { cifar10, cifar100, cifarSide, recordBytes, type CifarLayout } from './layout';

/**
 * Opens the binary version of CIFAR-10 or of CIFAR-100 with its 100 fine classes. Without a file of names the
 * classes are called by their numbers. Throws a `Refusal` for files that are missing or hold something else.
 */
export async function openCifar(spec: CifarSpec, watch: OpeningWatch): Promise<DataSet> {
  const layout = spec.source === 'cifar10' ? cifar10 : cifar100;
  watch.report({ label: `Reading ${layout.title}`, fraction: null });
  const files = await cifarFiles(spec.folder, layout, watch.signal);
  const batches: Uint8Array[] = [];
  for (const [index, name] of layout.training.entries()) {
    const batch = await files(name);
    watch.signal.throwIfAborted();
    watch.report({ label: `Reading ${layout.title}`, fraction: (index + 1) / (layout.training.length + 1) });
    // Some keep only the first batches.
    if (batch !== null) batches.push(checked(batch, path.join(spec.folder, name), layout));
  }
  const test = await files(layout.test);
  if (batches.length === 0 || test === null) {
    throw new Refusal(
      `${spec.folder} is not the binary version of ${layout.title}: ` +
        `${batches.length === 0 ? (layout.training[0] as string) : layout.test} is missing.`,
    );
  }
  const training = decode(batches, layout, spec.limit);
  const testImages = decode([checked(test, path.join(spec.folder, layout.test), layout)], layout, spec.limit);
  return {
    name: layout.id,
    classes: await namesOf(files, layout, spec.folder),
    shape: training.shape,
    trainingCount: training.count,
    testCount: testImages.count,
    training: async () => training,
    test: async () => testImages,
  };
}

function checked(batch: Uint8Array, file: string, layout: CifarLayout): Uint8Array {
  const each = recordBytes(layout);
  if (batch.length === 0 || batch.length % each !== 0) {
    throw new Refusal(
      `${file} holds ${batch.length.toLocaleString('en-US')} bytes, which is no whole number of images of ` +
        `${each.toLocaleString('en-US')} bytes; fetch it again.`,
    );
  }
  for (let at = layout.labelBytes - 1; at < batch.length; at += each) {
    const label = batch[at] as number;
    if (label < layout.classes) continue;
    throw new Refusal(
      `${file} gives image ${Math.floor(at / each)} the label ${label}, but ${layout.title} has ` +
        `${layout.classes} classes; the file is damaged or of another set.`,
    );
  }
  return batch;
}

/** All red values of an image come first, then all green and all blue ones. */
function decode(batches: readonly Uint8Array[], layout: CifarLayout, limit: number | null): ImageSet {
  const each = recordBytes(layout);
  const all = batches.reduce((sum, { length }) => sum + length / each, 0);
  const count = Math.min(limit ?? all, all);
  const plane = cifarSide * cifarSide;
  const pixels = new Uint8Array(count * 3 * plane);
  const labels = new Int32Array(count);
  let image = 0;
  for (const batch of batches) {
    for (let at = 0; at < batch.length && image < count; at += each, image++) {
      labels[image] = batch[at + layout.labelBytes - 1] as number;
      const from = at + layout.labelBytes;
      const to = image * 3 * plane;
      for (let pixel = 0; pixel < plane; pixel++) {
        pixels[to + 3 * pixel] = batch[from + pixel] as number;
        pixels[to + 3 * pixel + 1] = batch[from + plane + pixel] as number;
        pixels[to + 3 * pixel + 2] = batch[from + 2 * plane + pixel] as number;
      }
    }
  }
  return { count, shape: [cifarSide, cifarSide, 3], pixels, labels };
}

async function namesOf(files: CifarFiles, layout: CifarLayout, folder: string): Promise<readonly string[]> {
  const found = await files(layout.names);
  const numbers = Array.from({ length: layout.classes }, (_, index) => String(index));
  if (found === null) return numbers;
  const names = new TextDecoder()
    .decode(found)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length !== layout.classes) {
    throw new Refusal(
      `${path.join(folder, layout.names)} names ${names.length} classes, but ${layout.title} has ${layout.classes}.`,
    );
  }
  return names;
}

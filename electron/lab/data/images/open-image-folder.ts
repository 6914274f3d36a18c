import path from 'node:path';
import { Refusal } from '#shared/errors';
import type { ImageFolderSpec } from '#shared/data-spec';
import { splitNames, type SkippedFile } from '#shared/data-survey';
import type { ImageSet, ImageShape } from '#shared/images';
import type { DataSet, OpeningWatch } from '../data-set';
import { centreDrawing } from '../drawing';
import { decodeImage, imageSizeOf, UnreadableImage, type DecodedImage } from './decode';
import { inParallel } from './in-parallel';
import { listImages, type ImageListing, type LabelledFile } from './list-images';
import { PixelStore } from './pixel-store';
import { readPicture } from './read-picture';
import { interleaved, partOff } from './shares';

/** How many pictures `describeImageFolder` looks at. */
const sampleSize = 256;

type Stores = Readonly<Record<keyof Splits, PixelStore>>;

interface Splits {
  readonly training: readonly LabelledFile[];
  readonly validation: readonly LabelledFile[];
  readonly test: readonly LabelledFile[];
}

/**
 * Opens pictures in files: class folders or a labels.csv, in train and test folders or parted by the seed. All are
 * decoded at once, because one colour picture makes all of them colour. Files that cannot be read are left out and
 * listed in `skipped`. Throws a `Refusal` where no two classes are left.
 */
export async function openImageFolder(spec: ImageFolderSpec, watch: OpeningWatch): Promise<DataSet> {
  watch.report({ label: 'Listing the images', fraction: null });
  const listing = await listImages(spec.folder);
  requireClasses(listing, spec.folder);
  const splits = splitsOf(listing, spec);
  const files = [...splits.training, ...splits.validation, ...splits.test];
  const skipped = new Map<string, SkippedFile>();
  const skip = (file: string, reason: string): void => void skipped.set(file, { file, reason });
  const size = spec.size ?? (await commonSize(files, watch, skip));
  if (size === null) throw noneReadable(spec.folder, files.length, inOrder(skipped));
  const stores = await decodeAll(spec, splits, size, watch, skip);
  const classes = readableClasses(listing.classes, files, skipped);
  if (classes.length === 0) throw noneReadable(spec.folder, files.length, inOrder(skipped));
  requireTwo(classes, spec.folder);
  const { training, validation, test } = setsOf(stores, splits, classes);
  return {
    name: path.basename(path.resolve(spec.folder)),
    classes,
    shape: test.shape,
    trainingCount: training.count,
    testCount: test.count,
    training: async () => requireImages(training, spec.folder, 'to train on'),
    test: async () => requireImages(test, spec.folder, 'to test with'),
    validation: validation.count === 0 ? null : validation,
    skipped: [...listing.skipped, ...inOrder(skipped)],
    notes: notesOf({ ...listing, classes }, spec.folder),
  };
}

/** Shape and classes as they will most likely be, from a sample of the pictures. */
export async function describeImageFolder(
  spec: ImageFolderSpec,
): Promise<{ readonly shape: ImageShape; readonly classes: readonly string[] }> {
  const watch = { report: () => undefined, signal: new AbortController().signal };
  const { training, validation, test, classes } = await listImages(spec.folder);
  requireClasses({ classes, training, validation, test }, spec.folder);
  const files = [training, validation, test].flatMap((found) => found ?? []);
  const every = Math.ceil(files.length / sampleSize);
  const sample = files.filter((_, index) => index % every === 0);
  const skipped = new Map<string, SkippedFile>();
  const skip = (file: string, reason: string): void => void skipped.set(file, { file, reason });
  const size = spec.size ?? (await commonSize(sample, watch, skip));
  if (size === null) throw noneReadable(spec.folder, sample.length, []);
  const splits = { training: [], validation: [], test: sample };
  const stores = await decodeAll(spec, splits, size, watch, skip);
  return { shape: stores.test.shape, classes: readableClasses(classes, sample, skipped) };
}

function requireClasses(
  { classes, training, validation, test }: Pick<ImageListing, 'classes' | 'training' | 'validation' | 'test'>,
  folder: string,
): void {
  const files = [training, validation, test].flatMap((found) => found ?? []).length;
  if (files === 0) {
    throw new Refusal(
      `${folder} holds no images: name a folder with a folder of images for each class, or with a labels.csv.`,
    );
  }
  requireTwo(classes, folder);
}

function requireTwo(classes: readonly string[], folder: string): void {
  if (classes.length < 2) {
    throw new Refusal(
      `${folder} holds one class only, ${classes.join()}: a network needs two or more to tell apart. ` +
        `Name the folder that holds the folders of all classes.`,
    );
  }
}

function splitsOf({ training, validation, test }: ImageListing, spec: ImageFolderSpec): Splits {
  const ordered = (files: readonly LabelledFile[]): readonly LabelledFile[] =>
    interleaved(files, spec.seed).slice(0, spec.limit ?? files.length);
  const held = test ?? (training === null ? validation : null);
  if (held !== null) {
    return {
      training: ordered(training ?? []),
      validation: held === validation ? [] : ordered(validation ?? []),
      test: ordered(held),
    };
  }
  const { kept, partedOff } = partOff(training ?? [], spec.testShare, spec.seed);
  return { training: ordered(kept), validation: ordered(validation ?? []), test: ordered(partedOff) };
}

/** The size that most pictures have, of equally common ones the first; `null` where none can be read. */
async function commonSize(
  files: readonly LabelledFile[],
  watch: OpeningWatch,
  skip: (file: string, reason: string) => void,
): Promise<readonly [height: number, width: number] | null> {
  const counts = new Map<
    string,
    { readonly size: readonly [number, number]; count: number; first: number }
  >();
  await inParallel(files, 'Measuring the images', watch, async ({ path: at, file }, index) => {
    const size = await unlessUnreadable(file, skip, async () =>
      imageSizeOf(await readPicture(at, file), file),
    );
    if (size === null) return;
    const key = `${size.height} x ${size.width}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { size: [size.height, size.width], count: 1, first: index });
    else {
      known.count++;
      known.first = Math.min(known.first, index);
    }
  });
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count || a.first - b.first);
  return most?.size ?? null;
}

async function unlessUnreadable<T>(
  file: string,
  skip: (file: string, reason: string) => void,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof UnreadableImage)) throw thrown;
    skip(file, thrown.reason);
    return null;
  }
}

async function decodeAll(
  spec: ImageFolderSpec,
  splits: Splits,
  size: readonly [height: number, width: number],
  watch: OpeningWatch,
  skip: (file: string, reason: string) => void,
): Promise<Stores> {
  const { channels } = spec;
  const storeOf = (files: readonly LabelledFile[]): PixelStore =>
    new PixelStore(spec.folder, files.length, size, channels ?? 1);
  const stores: Stores = {
    training: storeOf(splits.training),
    validation: storeOf(splits.validation),
    test: storeOf(splits.test),
  };
  const places = splitNames.flatMap((split) =>
    splits[split].map((file, index) => ({ file, store: stores[split], index })),
  );
  await inParallel(
    places,
    'Reading the images',
    watch,
    async ({ file: { path: at, file }, store, index }) => {
      const image = await unlessUnreadable(file, skip, async () =>
        imageOf(await readPicture(at, file), file, size, spec),
      );
      if (image !== null) store.put(index, image);
    },
  );
  const all = Object.values(stores);
  if (all.some((store) => store.channels === 3)) for (const store of all) store.widen();
  return stores;
}

/** A class of files of which none is an image is none: a folder of notes beside those of images. */
function readableClasses(
  classes: readonly string[],
  files: readonly LabelledFile[],
  skipped: ReadonlyMap<string, SkippedFile>,
): readonly string[] {
  const readable = new Set(files.filter(({ file }) => !skipped.has(file)).map(({ label }) => label));
  const tried = new Set(files.map(({ label }) => label));
  return classes.filter((name) => readable.has(name) || !tried.has(name));
}

function setsOf(
  stores: Stores,
  splits: Splits,
  classes: readonly string[],
): Readonly<Record<keyof Splits, ImageSet>> {
  const labels = new Map(classes.map((name, index) => [name, index]));
  // Files of classes that fell away left their places empty.
  const setOf = (split: keyof Splits): ImageSet =>
    stores[split].images(splits[split].map(({ label }) => labels.get(label) ?? 0));
  return { training: setOf('training'), validation: setOf('validation'), test: setOf('test') };
}

/** One picture as the recipe wants it. */
async function imageOf(
  bytes: Uint8Array,
  file: string,
  size: readonly [height: number, width: number],
  { fit, background, channels, invert }: ImageFolderSpec,
): Promise<DecodedImage> {
  if (fit !== 'centre') {
    const image = await decodeImage(bytes, { size, fit, background, channels }, file);
    if (invert) invertPixels(image.pixels);
    return image;
  }
  const drawing = await decodeImage(bytes, { background, channels: 1 }, file);
  if (invert) invertPixels(drawing.pixels);
  const [height, width] = size;
  const square = onSquare(drawing);
  return {
    height,
    width,
    channels: 1,
    pixels: centreDrawing(square.pixels, square.side, [height, width, 1]),
  };
}

/** Light becomes dark and dark light. */
function invertPixels(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at++) pixels[at] = 255 - (pixels[at] as number);
}

function onSquare({ height, width, pixels }: DecodedImage): {
  readonly side: number;
  readonly pixels: Uint8Array;
} {
  const side = Math.max(height, width);
  const square = new Uint8Array(side * side);
  for (let row = 0; row < height; row++)
    square.set(pixels.subarray(row * width, (row + 1) * width), row * side);
  return { side, pixels: square };
}

/** Files are decoded side by side, so that they fail in any order. */
function inOrder(skipped: ReadonlyMap<string, SkippedFile>): readonly SkippedFile[] {
  return [...skipped.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

function requireImages(images: ImageSet, folder: string, what: string): ImageSet {
  if (images.count > 0) return images;
  throw new Refusal(`${folder} holds no images ${what}: add some, or choose another share for testing.`);
}

function noneReadable(folder: string, files: number, skipped: readonly SkippedFile[]): Refusal {
  const [first] = skipped;
  const example = first === undefined ? '' : ` The first, ${first.file}: ${first.reason}.`;
  return new Refusal(
    `None of the ${files.toLocaleString('en-US')} files of ${folder} is an image that can be read.${example}`,
  );
}

function notesOf({ emptyClasses, training, test, classes }: ImageListing, folder: string): readonly string[] {
  const notes = emptyClasses.map((name) => `The class ${name} of ${folder} is empty and is left out.`);
  if (training === null || test === null) return notes;
  const trained = new Set(training.map(({ label }) => label));
  const unseen = classes.filter((name) => !trained.has(name));
  return unseen.length === 0
    ? notes
    : [
        ...notes,
        `There is nothing to learn ${unseen.join(', ')} from: these classes have no training images.`,
      ];
}

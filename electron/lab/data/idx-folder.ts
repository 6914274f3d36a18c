import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '#shared/errors';
import { sliceImages, type ImageSet, type ImageShape } from '#shared/images';
import type { DataSet } from './data-set';
import { readIdx, readIdxFloats, readIdxShape } from './idx';

/** The four files of MNIST and of every set published in its format. */
export const idxFiles = {
  trainingImages: 'train-images-idx3-ubyte',
  trainingLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

type IdxFile = keyof typeof idxFiles;
type IdxPaths = Readonly<Record<IdxFile, string>>;

/**
 * Opens a folder with the four IDX files, plain or gzip. All four are read and checked against each other at once,
 * so that a mismatch is known before training begins.
 * @param limit at most this many images of each split, `null` for all
 * @param classes names of the classes, `null` to call them by their numbers
 */
export async function openIdxFolder(
  folder: string,
  limit: number | null,
  classes: readonly string[] | null,
): Promise<DataSet> {
  const paths = await findFiles(folder);
  const [all, allTest] = await Promise.all([
    readSplit(paths.trainingImages, paths.trainingLabels),
    readSplit(paths.testImages, paths.testLabels),
  ]);
  const training = await withWeights(firstOf(all, limit), folder);
  const test = firstOf(allTest, limit);
  if (training.shape.join() !== test.shape.join()) {
    throw new Refusal(
      `The training images of ${folder} are ${training.shape.join(' x ')} and the test images ` +
        `${test.shape.join(' x ')}; both must have one size.`,
    );
  }
  const count = classesIn(all.labels, allTest.labels);
  if (classes !== null && count > classes.length) {
    throw new Refusal(`${folder} holds label ${count - 1}, but the set has only ${classes.length} classes.`);
  }
  return {
    name: path.basename(path.resolve(folder)),
    classes: classes ?? Array.from({ length: count }, (_, index) => String(index)),
    shape: training.shape,
    trainingCount: training.count,
    testCount: test.count,
    training: () => Promise.resolve(training),
    test: () => Promise.resolve(test),
  };
}

/** The size of its images and the number of its classes, without reading the images themselves. */
export async function describeIdxFolder(
  folder: string,
): Promise<{ readonly shape: ImageShape; readonly classes: number }> {
  const { trainingImages, trainingLabels, testLabels } = await findFiles(folder);
  const [shape, ...labels] = await Promise.all([
    readIdxShape(trainingImages, [3, 4]),
    ...[trainingLabels, testLabels].map(async (file) => readIdx(await readFile(file), file, [1]).values),
  ]);
  const [, height = 0, width = 0, channels = 1] = shape;
  return { shape: [height, width, channels], classes: classesIn(...labels) };
}

/** Whether any of the four files is there: what else is missing is then worth a word. */
export async function holdsIdxFiles(folder: string): Promise<boolean> {
  return namesIn(await listFolder(folder)).some(([, found]) => found !== null);
}

/** The four files under any of the names that mirrors give them. */
function namesIn(
  files: readonly string[],
): readonly (readonly [key: string, found: string | null, name: string])[] {
  const present = new Set(files);
  return Object.entries(idxFiles).map(([key, name]) => {
    // Images with channels have four dimensions, and some mirrors put a dot before them.
    const names = [name, name.replace('idx3', 'idx4')].flatMap((one) => [one, one.replace('-idx', '.idx')]);
    const found = names.flatMap((one) => [one, `${one}.gz`]).find((candidate) => present.has(candidate));
    return [key, found ?? null, name] as const;
  });
}

async function findFiles(folder: string): Promise<IdxPaths> {
  const entries = namesIn(await listFolder(folder));
  const missing = entries.filter(([, found]) => found === null).map(([, , name]) => name);
  if (missing.length > 0) {
    throw new Refusal(
      `${folder} is no IDX folder: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing ` +
        `(plain or with .gz).`,
    );
  }
  return Object.fromEntries(
    entries.map(([key, found]) => [key, path.join(folder, String(found))]),
  ) as unknown as IdxPaths;
}

async function listFolder(folder: string): Promise<string[]> {
  const info = await stat(folder).catch((cause: unknown) => {
    throw new Refusal(`The folder ${folder} cannot be opened: check that it exists and may be read.`, {
      cause,
    });
  });
  if (!info.isDirectory()) {
    throw new Refusal(`${folder} is a file; name the folder that holds the four IDX files.`);
  }
  return readdir(folder);
}

/** How much each training image counts in the loss: a file beside the four that no published set has. */
const weightsFile = 'train-weights-idx1-float';

async function withWeights(images: ImageSet, folder: string): Promise<ImageSet> {
  const present = await readdir(folder);
  const found = [weightsFile, `${weightsFile}.gz`].find((name) => present.includes(name));
  if (found === undefined) return images;
  const file = path.join(folder, found);
  const weights = readIdxFloats(await readFile(file), file);
  if (weights.length < images.count) {
    throw new Refusal(
      `${file} holds ${weights.length} weights for ${images.count} images; give each image one.`,
    );
  }
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0) {
    throw new Refusal(
      `${file} gives image ${wrong} the weight ${weights[wrong]}; weights are numbers from 0 up.`,
    );
  }
  return { ...images, weights: weights.slice(0, images.count) };
}

async function readSplit(imagesPath: string, labelsPath: string): Promise<ImageSet> {
  const [imagesFile, labelsFile] = await Promise.all([readFile(imagesPath), readFile(labelsPath)]);
  const images = readIdx(imagesFile, imagesPath, [3, 4]);
  const labels = readIdx(labelsFile, labelsPath, [1]);
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  if (count * height * width * channels === 0) throw new Refusal(`${imagesPath} holds no images.`);
  if (count !== labels.values.length) {
    throw new Refusal(
      `${imagesPath} holds ${count} images, but ${labelsPath} holds ${labels.values.length} labels; ` +
        `they belong to different sets.`,
    );
  }
  return {
    count,
    shape: [height, width, channels],
    pixels: images.values,
    labels: Int32Array.from(labels.values),
  };
}

function firstOf(images: ImageSet, limit: number | null): ImageSet {
  return limit === null || limit >= images.count ? images : sliceImages(images, 0, limit);
}

/** As many as the highest label asks for: the first images alone may not show all of them. */
function classesIn(...labels: readonly ArrayLike<number>[]): number {
  let highest = 0;
  for (const each of labels) {
    for (let i = 0; i < each.length; i++) highest = Math.max(highest, each[i] as number);
  }
  return highest + 1;
}

import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { describeIdxFolder, openIdxFolder } from '../../../../../electron/lab/data/idx-folder';
import { describeWithRealData } from '../../../../real-data';
import { publishedFiles, recordingWatch, splitFiles, temporaryFolder, without, writeFiles } from './fixture';

const files = publishedFiles(splitFiles([3, 1, 2, 0]), splitFiles([2, 1]));

describe('openIdxFolder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('opens the four files as they are published', async () => {
    await writeFiles(folder, files);
    const data = await openIdxFolder(folder, null, null);
    expect(data).toMatchObject({
      shape: [2, 3, 1],
      trainingCount: 4,
      testCount: 2,
      classes: ['0', '1', '2', '3'],
    });
    const training = await data.training(recordingWatch());
    expect([...training.labels]).toEqual([3, 1, 2, 0]);
    expect([...training.pixels.subarray(6, 12)]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...(await data.test(recordingWatch())).labels]).toEqual([2, 1]);
  });

  it('counts the classes of all images, however few are taken', async () => {
    await writeFiles(folder, publishedFiles(splitFiles([0, 1, 3, 2]), splitFiles([2, 1])));
    expect(await openIdxFolder(folder, 2, null)).toMatchObject({
      trainingCount: 2,
      classes: ['0', '1', '2', '3'],
    });
  });

  it('is described by its labels and the head of its images, which need not be whole', async () => {
    const cut = gunzipSync(files['train-images-idx3-ubyte.gz'] as Uint8Array).subarray(0, 20);
    for (const images of [cut, gzipSync(cut)]) {
      await writeFiles(folder, { ...files, 'train-images-idx3-ubyte.gz': images });
      expect(await describeIdxFolder(folder)).toEqual({ shape: [2, 3, 1], classes: 4 });
    }
    await writeFiles(folder, { ...files, 'train-images-idx3-ubyte.gz': cut.subarray(0, 10) });
    await expect(describeIdxFolder(folder)).rejects.toThrow('ends inside its header');
  });

  it.each([
    ['plain', (name: string) => name.replace('.gz', '')],
    ['dotted', (name: string) => name.replace('.gz', '').replace('-idx', '.idx')],
  ])('opens %s names', async (_, rename) => {
    const plain = Object.entries(files).map(([name, bytes]) => [rename(name), gunzipSync(bytes)] as const);
    await writeFiles(folder, Object.fromEntries(plain));
    expect((await openIdxFolder(folder, null, null)).trainingCount).toBe(4);
  });

  it('opens images with channels, under names that say four dimensions', async () => {
    const withChannels = Object.entries(files).map(([name, bytes]) => {
      const file = gunzipSync(bytes);
      if (!name.includes('idx3')) return [name, file] as const;
      // The last of the three dimensions, 3 columns, becomes 1 column of 3 channels.
      const header = Uint8Array.of(0, 0, 8, 4, ...file.subarray(4, 12), 0, 0, 0, 1, ...file.subarray(12, 16));
      return [
        name.replace('idx3', 'idx4').replace('.gz', ''),
        Buffer.concat([header, file.subarray(16)]),
      ] as const;
    });
    await writeFiles(folder, Object.fromEntries(withChannels));
    expect(await openIdxFolder(folder, null, null)).toMatchObject({ shape: [2, 1, 3], trainingCount: 4 });
  });

  describe('with weights of the training images', () => {
    const weightsFile = (...weights: number[]) => {
      const bytes = Buffer.alloc(8 + 4 * weights.length);
      bytes.set([0, 0, 0x0d, 1]);
      bytes.writeUInt32BE(weights.length, 4);
      weights.forEach((weight, index) => bytes.writeFloatBE(weight, 8 + 4 * index));
      return { 'train-weights-idx1-float': bytes };
    };

    it('keeps them beside their images', async () => {
      await writeFiles(folder, { ...files, ...weightsFile(0.5, 2, 0, 1) });
      const data = await openIdxFolder(folder, 3, null);
      expect([...((await data.training(recordingWatch())).weights ?? [])]).toEqual([0.5, 2, 0]);
      expect((await data.test(recordingWatch())).weights).toBeUndefined();
    });

    it.each([
      ['too few', [1, 1], 'holds 2 weights for 4 images; give each image one.'],
      ['a negative one', [1, 1, -2, 1], 'gives image 2 the weight -2; weights are numbers from 0 up.'],
      [
        'one that is no number',
        [NaN, 1, 1, 1],
        'gives image 0 the weight NaN; weights are numbers from 0 up.',
      ],
    ])('refuses %s', async (_, weights, sentence) => {
      await writeFiles(folder, { ...files, ...weightsFile(...weights) });
      const file = path.join(folder, 'train-weights-idx1-float');
      await expect(openIdxFolder(folder, null, null)).rejects.toThrow(new Refusal(`${file} ${sentence}`));
    });
  });

  it('takes at most `limit` images of each split', async () => {
    await writeFiles(folder, files);
    const data = await openIdxFolder(folder, 3, null);
    expect(data).toMatchObject({ trainingCount: 3, testCount: 2 });
    const { labels, pixels } = await data.training(recordingWatch());
    expect([...labels]).toEqual([3, 1, 2]);
    expect(pixels).toHaveLength(3 * 6);
  });

  const refusal = (sentence: string) => new Refusal(sentence);

  it('refuses what is no folder', async () => {
    const nowhere = path.join(folder, 'nowhere');
    await expect(openIdxFolder(nowhere, null, null)).rejects.toThrow(
      refusal(`The folder ${nowhere} cannot be opened: check that it exists and may be read.`),
    );
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await expect(openIdxFolder(file, null, null)).rejects.toThrow(
      refusal(`${file} is a file; name the folder that holds the four IDX files.`),
    );
  });

  it('names the files that are missing', async () => {
    await writeFiles(folder, without(files, 't10k-images-idx3-ubyte.gz'));
    await expect(openIdxFolder(folder, null, null)).rejects.toThrow(
      refusal(`${folder} is no IDX folder: t10k-images-idx3-ubyte is missing (plain or with .gz).`),
    );
    await rm(path.join(folder, 't10k-labels-idx1-ubyte.gz'));
    await expect(openIdxFolder(folder, null, null)).rejects.toThrow(
      refusal(
        `${folder} is no IDX folder: t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte are missing (plain or with .gz).`,
      ),
    );
  });

  it('refuses labels of another set', async () => {
    await writeFiles(
      folder,
      publishedFiles({ ...splitFiles([1, 2]), labels: splitFiles([1]).labels }, splitFiles([1])),
    );
    await expect(openIdxFolder(folder, null, null)).rejects.toThrow(
      refusal(
        `${path.join(folder, 'train-images-idx3-ubyte.gz')} holds 2 images, but ` +
          `${path.join(folder, 'train-labels-idx1-ubyte.gz')} holds 1 labels; they belong to different sets.`,
      ),
    );
  });

  it('refuses test images of another size', async () => {
    await writeFiles(folder, publishedFiles(splitFiles([1, 2]), splitFiles([1], 3, 3)));
    await expect(openIdxFolder(folder, null, null)).rejects.toThrow(
      refusal(
        `The training images of ${folder} are 2 x 3 x 1 and the test images 3 x 3 x 1; both must have one size.`,
      ),
    );
  });

  it('refuses a set without images', async () => {
    await writeFiles(folder, publishedFiles(splitFiles([]), splitFiles([1])));
    await expect(openIdxFolder(folder, null, null)).rejects.toThrow(
      refusal(`${path.join(folder, 'train-images-idx3-ubyte.gz')} holds no images.`),
    );
  });

  it('refuses labels beyond the classes', async () => {
    await writeFiles(folder, files);
    await expect(openIdxFolder(folder, null, ['a', 'b', 'c'])).rejects.toThrow(
      refusal(`${folder} holds label 3, but the set has only 3 classes.`),
    );
  });
});

describeWithRealData('openIdxFolder on MNIST', 'mnist', (folder) => {
  it('reads what every introduction to MNIST prints', async () => {
    const data = await openIdxFolder(folder, null, null);
    expect(data).toMatchObject({
      name: 'mnist',
      shape: [28, 28, 1],
      trainingCount: 60_000,
      testCount: 10_000,
    });
    const { labels } = await data.training(recordingWatch());
    expect([...labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  });
});

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageSet } from '#shared/images';
import {
  describeImageFolder,
  openImageFolder,
} from '../../../../../../electron/lab/data/images/open-image-folder';
import { recogniseData } from '../../../../../../electron/lab/data/recognise';
import { describeWithRealData } from '../../../../../real-data';
import { classFiles, folderOf, greyPng, redPng, specOf } from './folder';

const watch = { report: () => undefined, signal: new AbortController().signal };

/** The greys of images of 4 x 4 with their labels, in order of the greys. */
function contents({ pixels, labels, count }: ImageSet): readonly (readonly [number, number])[] {
  return Array.from(
    { length: count },
    (_, at) => [pixels[at * 16] as number, labels[at] as number] as const,
  ).sort((a, b) => a[0] - b[0]);
}

describe('openImageFolder', () => {
  it('takes the classes from the folders, numbers in order of their values', async () => {
    const folder = await folderOf({ ...classFiles(['10', '9'], 3), '.DS_Store': 'left by a system' });
    const data = await openImageFolder(specOf(folder, { testShare: 0.4 }), watch);
    expect(data.classes).toEqual(['9', '10']);
    expect(data.shape).toEqual([4, 4, 1]);
    expect(data.skipped).toEqual([]);
    const all = [...contents(await data.training(watch)), ...contents(await data.test(watch))];
    expect(all.sort((a, b) => a[0] - b[0])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [100, 0],
      [101, 0],
      [102, 0],
    ]);
  });

  it('parts every class by the seed, the same each time', async () => {
    const folder = await folderOf(classFiles(['cat', 'dog'], 20));
    const open = async (seed: number): Promise<ImageSet> =>
      (await openImageFolder(specOf(folder, { seed, testShare: 0.25 }), watch)).test(watch);
    const [first, again, other] = [await open(1), await open(1), await open(2)];
    expect(first.count).toBe(10);
    expect(first.labels.filter((label) => label === 0)).toHaveLength(5);
    expect(again.pixels).toEqual(first.pixels);
    expect(again.labels).toEqual(first.labels);
    expect(contents(other)).not.toEqual(contents(first));
  });

  it('mixes the classes, so that a limit and a part held back are fair', async () => {
    const folder = await folderOf(classFiles(['cat', 'dog'], 20));
    const data = await openImageFolder(specOf(folder, { limit: 8 }), watch);
    const training = await data.training(watch);
    expect(training.count).toBe(8);
    expect(training.labels.filter((label) => label === 0)).toHaveLength(4);
    expect(new Set(training.labels.subarray(4))).toEqual(new Set([0, 1]));
  });

  it('takes train, validation and test folders as they are', async () => {
    const folder = await folderOf({
      ...classFiles(['a', 'b'], 3, 'train/'),
      ...classFiles(['a', 'b'], 2, 'val/'),
      ...classFiles(['a', 'b'], 1, 'Test/'),
    });
    const data = await openImageFolder(specOf(folder), watch);
    expect([data.trainingCount, data.validation?.count, data.testCount]).toEqual([6, 4, 2]);
  });

  it('leaves a class that is called train in peace', async () => {
    const folder = await folderOf(classFiles(['bus', 'train'], 2));
    expect((await openImageFolder(specOf(folder), watch)).classes).toEqual(['bus', 'train']);
  });

  it('resizes to the size that most have, and is colour as soon as one picture is', async () => {
    const folder = await folderOf({
      ...classFiles(['a'], 3),
      'b/red.png': redPng(),
      'b/large.png': greyPng(7, 8, 8),
    });
    const data = await openImageFolder(specOf(folder, { testShare: 1 }), watch);
    expect(data.shape).toEqual([4, 4, 3]);
    const { pixels, count } = await data.test(watch);
    expect(pixels).toHaveLength(count * 48);
    expect((await openImageFolder(specOf(folder, { channels: 1, size: [2, 6] }), watch)).shape).toEqual([
      2, 6, 1,
    ]);
    expect((await describeImageFolder(specOf(folder))).shape).toEqual([4, 4, 3]);
    await expect(data.training(watch)).rejects.toThrow(/holds no images to train on/);
  });

  it('exchanges light and dark when told', async () => {
    const folder = await folderOf(classFiles(['a', 'b'], 2));
    const data = await openImageFolder(specOf(folder, { invert: true, testShare: 1 }), watch);
    expect(contents(await data.test(watch)).map(([grey]) => grey)).toEqual([154, 155, 254, 255]);
  });

  it('lists what cannot be read with a reason each, and goes on', async () => {
    const folder = await folderOf({
      ...classFiles(['a', 'b'], 4),
      'a/cut.png': greyPng(1, 40, 40).subarray(0, 60),
      'b/text.jpg': 'this is no picture',
      'b/named-wrongly.jpg': greyPng(250),
      'stray.png': greyPng(3),
      'empty/.keep': '',
    });
    const data = await openImageFolder(specOf(folder, { testShare: 1 }), watch);
    expect(data.skipped?.map(({ file }) => file).sort()).toEqual(['a/cut.png', 'b/text.jpg', 'stray.png']);
    expect(data.skipped?.find(({ file }) => file === 'b/text.jpg')?.reason).toMatch(/^it is no picture/);
    expect(data.testCount).toBe(9);
    expect(data.notes).toEqual([`The class empty of ${folder} is empty and is left out.`]);
  });

  it('takes a folder without any image for no class', async () => {
    const folder = await folderOf({ ...classFiles(['a', 'c'], 2), 'b/notes.md': '# Notes' });
    const data = await openImageFolder(specOf(folder, { testShare: 1 }), watch);
    expect(data.classes).toEqual(['a', 'c']);
    expect(contents(await data.test(watch)).map(([, label]) => label)).toEqual([0, 0, 1, 1]);
    expect((await describeImageFolder(specOf(folder))).classes).toEqual(['a', 'c']);
  });

  it('follows no link out of the folder', async () => {
    const outside = await folderOf(classFiles(['secret'], 1));
    const folder = await folderOf(classFiles(['a', 'b'], 2));
    await symlink(path.join(outside, 'secret'), path.join(folder, 'c'));
    await symlink(path.join(outside, 'secret', '0.png'), path.join(folder, 'a', 'link.png'));
    const data = await openImageFolder(specOf(folder, { testShare: 1 }), watch);
    expect(data.classes).toEqual(['a', 'b']);
    expect(data.testCount).toBe(4);
    expect(data.skipped?.map(({ reason }) => reason)).toEqual([
      'it is a link to elsewhere',
      'it is a link to elsewhere',
    ]);
  });

  it.each([
    ['no images', {}, /holds no images: name a folder/],
    ['one class', classFiles(['only'], 2), /holds one class only, only/],
    [
      'nothing but damage',
      { 'a/x.png': 'x', 'b/y.png': 'y' },
      /None of the 2 files of .* The first, a\/x.png: it is/,
    ],
  ])('refuses a folder of %s in a sentence', async (_, files, sentence) => {
    const opened = openImageFolder(specOf(await folderOf(files)), watch);
    await expect(opened).rejects.toMatchObject({ name: 'Refusal' });
    await expect(opened).rejects.toThrow(sentence);
  });

  it('ends when it is given up', async () => {
    const folder = await folderOf(classFiles(['a', 'b'], 30));
    const controller = new AbortController();
    const opened = openImageFolder(specOf(folder), {
      signal: controller.signal,
      report: ({ label }) => {
        if (label === 'Reading the images') controller.abort(new Error('given up'));
      },
    });
    await expect(opened).rejects.toThrow('given up');
  });
});

describe('labels.csv', () => {
  const pictures = {
    'x/1.png': greyPng(10),
    'x/2.png': greyPng(20),
    '3.png': greyPng(30),
    '4.png': greyPng(40),
  };

  it.each([
    ['without titles', 'x/1.png,cat\nx/2.png,dog\n3.png,cat\n4.png,dog\n'],
    [
      'with titles in another order',
      'label,filename\r\ncat,x/1.png\r\ndog,x/2.png\r\ncat,3.png\r\ndog,4.png\r\n',
    ],
    [
      'with semicolons, quotes and a byte order mark',
      '\ufeffid;class\n"x/1";cat\n"x/2";dog\n3;"cat"\n4;dog\n',
    ],
  ])('is read %s', async (_, text) => {
    const folder = await folderOf({ ...pictures, 'labels.csv': text });
    expect(await recogniseData(folder)).toBe('images');
    const data = await openImageFolder(specOf(folder, { testShare: 1 }), watch);
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(contents(await data.test(watch))).toEqual([
      [10, 0],
      [20, 1],
      [30, 0],
      [40, 1],
    ]);
  });

  it('names no file outside of the folder, and what is missing is listed', async () => {
    const folder = await folderOf({
      'data/a.png': greyPng(1),
      'data/b.png': greyPng(2),
      'data/labels.csv': 'a.png,1\nb.png,2\n../outside.png,2\ngone.png,1\n',
      'outside.png': greyPng(9),
    });
    const data = await openImageFolder(specOf(path.join(folder, 'data'), { testShare: 1 }), watch);
    expect(data.testCount).toBe(2);
    expect(data.skipped).toHaveLength(2);
  });

  it('says which line names no class', async () => {
    const folder = await folderOf({ ...pictures, 'labels.csv': '3.png,cat\n4.png\n' });
    await expect(openImageFolder(specOf(folder), watch)).rejects.toThrow(
      /^Line 2 of .*labels\.csv does not name/,
    );
  });
});

describe('recogniseData', () => {
  it('says what a folder is not', async () => {
    const folder = await folderOf({ 'readme.txt': 'nothing' });
    await mkdir(path.join(folder, 'empty'));
    await expect(recogniseData(folder)).rejects.toThrow(/holds no images: neither MNIST's four IDX files/);
    await writeFile(path.join(folder, 'train-images-idx3-ubyte'), '');
    expect(await recogniseData(folder)).toBe('idx');
    await expect(recogniseData(path.join(folder, 'readme.txt'))).rejects.toThrow(
      /is a file; name the folder/,
    );
    await expect(recogniseData(path.join(folder, 'gone'))).rejects.toThrow(/cannot be opened/);
  });
});

describeWithRealData('digits that others drew', 'images/digits_png_tylerstonge', (folder) => {
  it('are grey, dark on light, eight or so of each', async () => {
    const data = await openImageFolder(specOf(folder, { testShare: 1 }), watch);
    expect(data.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(data.shape).toEqual([32, 32, 1]);
    const { count, pixels } = await data.test(watch);
    expect(count).toBe(80);
    expect(pixels.reduce((sum, value) => sum + value, 0) / pixels.length).toBeGreaterThan(200);
  });
});

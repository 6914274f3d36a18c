import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { dataSpec } from '#shared/spec';
import { openData } from '../../../../../../electron/lab/data/open';
import { recogniseData } from '../../../../../../electron/lab/data/recognise';
import { folderOf } from '../images/folder';

const watch = { report: () => undefined, signal: new AbortController().signal };
const plane = 32 * 32;

/** An image as cs.toronto.edu/~kriz/cifar.html describes it: labels, then all red, green and blue values. */
function record(
  labels: readonly number[],
  [red, green, blue]: readonly [number, number, number],
): Uint8Array {
  const bytes = new Uint8Array(labels.length + 3 * plane);
  bytes.set(labels);
  [red, green, blue].forEach((value, channel) => {
    bytes.fill(value, labels.length + channel * plane, labels.length + (channel + 1) * plane);
  });
  // The second pixel of the first row, to see that rows stay rows.
  bytes[labels.length + 1] = 99;
  return bytes;
}

const names = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ').join('\n');
const cifar10 = {
  'data_batch_1.bin': Buffer.concat([record([3], [1, 2, 3]), record([9], [4, 5, 6])]),
  'data_batch_2.bin': record([0], [7, 8, 9]),
  'test_batch.bin': record([5], [10, 11, 12]),
  'batches.meta.txt': `${names}\n\n`,
};

const open = (source: string, folder: string, limit: number | null = null) =>
  openData(dataSpec.parse({ source, folder, limit }), watch);

describe('CIFAR', () => {
  it('is read from its binary version', async () => {
    const folder = await folderOf(cifar10);
    expect(await recogniseData(folder)).toBe('cifar10');
    const data = await open('cifar10', folder);
    expect(data.classes.slice(0, 3)).toEqual(['airplane', 'automobile', 'bird']);
    const training = await data.training(watch);
    expect([...training.labels]).toEqual([3, 9, 0]);
    expect(training.shape).toEqual([32, 32, 3]);
    expect([...training.pixels.subarray(0, 9)]).toEqual([1, 2, 3, 99, 2, 3, 1, 2, 3]);
    expect([...training.pixels.subarray(2 * 3 * plane, 2 * 3 * plane + 3)]).toEqual([7, 8, 9]);
    expect((await (await open('cifar10', folder, 1)).training(watch)).count).toBe(1);
  });

  it('has fine labels where there are a hundred', async () => {
    const folder = await folderOf({
      'cifar-100-binary/train.bin': record([4, 71], [1, 2, 3]),
      'cifar-100-binary/test.bin': record([19, 99], [1, 2, 3]),
    });
    expect(await recogniseData(folder)).toBe('cifar100');
    const data = await open('cifar100', folder);
    expect((await data.training(watch)).labels[0]).toBe(71);
    expect((await data.test(watch)).labels[0]).toBe(99);
    expect(data.classes).toHaveLength(100);
  });

  it('is read from the archive as it is published', async () => {
    const entries = Object.entries(cifar10).map(([name, body]) => ({
      header: { name: `cifar-10-batches-bin/${name}`, size: Buffer.byteLength(body), type: 'file' as const },
      body,
    }));
    const folder = await folderOf({ 'cifar-10-binary.tar.gz': gzipSync(await packTar(entries)) });
    const archive = path.join(folder, 'cifar-10-binary.tar.gz');
    expect(await recogniseData(archive)).toBe('cifar10');
    const data = await open('cifar10', archive);
    expect([data.trainingCount, data.testCount, data.classes[9]]).toEqual([3, 1, 'truck']);
  });

  it.each([
    [
      'a batch cut short',
      { ...cifar10, 'data_batch_2.bin': record([0], [1, 1, 1]).subarray(0, 3000) },
      /data_batch_2\.bin holds 3,000 bytes, which is no whole number/,
    ],
    [
      'a label beyond the classes',
      { ...cifar10, 'test_batch.bin': record([10], [1, 1, 1]) },
      /gives image 0 the label 10/,
    ],
    ['no test batch', { 'data_batch_1.bin': cifar10['data_batch_1.bin'] }, /test_batch\.bin is missing/],
    ['too few names', { ...cifar10, 'batches.meta.txt': 'one\ntwo\n' }, /names 2 classes/],
    ['the version for Python', { data_batch_1: 'pickled' }, /data_batch_1\.bin is missing/],
  ])('with %s is refused in a sentence', async (_, files, sentence) => {
    const opened = open('cifar10', await folderOf(files));
    await expect(opened).rejects.toMatchObject({ name: 'Refusal' });
    await expect(opened).rejects.toThrow(sentence);
  });

  it('is no archive of anything else', async () => {
    const folder = await folderOf({ 'cifar-10-binary.tar.gz': gzipSync('no archive') });
    await expect(open('cifar10', path.join(folder, 'cifar-10-binary.tar.gz'))).rejects.toMatchObject({
      name: 'Refusal',
    });
  });
});

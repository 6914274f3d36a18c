import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { imageSize, type ImageSet } from '#shared/images';
import type { DataSet } from '../../../../../electron/lab/data/data-set';
import { openIdxFolder } from '../../../../../electron/lab/data/idx-folder';
import { openData } from '../../../../../electron/lab/data/open';
import { dataSources } from '../../../../../electron/lab/data/sources';
import { describeWithRealData } from '../../../../real-data';
import { recordingWatch } from './fixture';

const openDigits = (seed: number, limit: number | null): Promise<DataSet> =>
  openData({ source: 'digits', seed, limit }, recordingWatch());

async function draw(seed: number, limit: number): Promise<ImageSet> {
  return (await openDigits(seed, limit)).training(recordingWatch());
}

const hash = ({ pixels, labels }: ImageSet): string =>
  createHash('sha256').update(pixels).update(Uint8Array.from(labels)).digest('hex');

const imageOf = ({ pixels, shape }: ImageSet, index: number): Uint8Array =>
  pixels.subarray(index * imageSize(shape), (index + 1) * imageSize(shape));

interface Ink {
  /** Fully inked pixels that would hold the same ink. */
  readonly mass: number;
  readonly width: number;
  readonly height: number;
  readonly centre: readonly [x: number, y: number];
  /** How far a row's ink lies further right for each row that it lies higher. */
  readonly slant: number;
}

function measure(image: Uint8Array): Ink {
  let [mass, x, y, left, right, top, bottom] = [0, 0, 0, 28, -1, 28, -1];
  image.forEach((value, place) => {
    if (value === 0) return;
    const [row, column] = [Math.floor(place / 28), place % 28];
    mass += value / 255;
    x += (value / 255) * (column + 0.5);
    y += (value / 255) * (row + 0.5);
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  });
  const centre = [x / mass, y / mass] as const;
  let [along, high] = [0, 0];
  image.forEach((value, place) => {
    const fromX = (place % 28) + 0.5 - centre[0];
    const fromY = Math.floor(place / 28) + 0.5 - centre[1];
    along -= value * fromX * fromY;
    high += value * fromY * fromY;
  });
  return { mass, width: right - left + 1, height: bottom - top + 1, centre, slant: along / high };
}

const measureAll = (images: ImageSet): Ink[] =>
  Array.from({ length: images.count }, (_, index) => measure(imageOf(images, index)));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('digits', () => {
  it('are the default source', () => {
    expect(dataSources[0]?.id).toBe('digits');
  });

  it('are as many as MNIST and drawn only when asked for', async () => {
    const data = await openDigits(1, null);
    expect(data).toMatchObject({ shape: [28, 28, 1], trainingCount: 60_000, testCount: 10_000 });
    expect(data.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('are the same bytes for the same seed, on every platform', async () => {
    const first = await draw(1, 500);
    expect(hash(await draw(1, 500))).toBe(hash(first));
    expect(hash(first)).toBe('98501e806fee3b39e10639d792632329f020abce2a93ba184eb70d76f821601e');
  });

  it('differ from seed to seed and from split to split', async () => {
    const data = await openDigits(1, 200);
    const hashes = [
      hash(await data.training(recordingWatch())),
      hash(await data.test(recordingWatch())),
      hash(await draw(2, 200)),
    ];
    expect(new Set(hashes).size).toBe(3);
  });

  it('begin alike whatever the limit', async () => {
    const [few, more] = [await draw(3, 30), await draw(3, 70)];
    expect(few.count).toBe(30);
    expect([...few.labels]).toEqual([...more.labels.subarray(0, 30)]);
    expect(Buffer.compare(few.pixels, more.pixels.subarray(0, 30 * 784))).toBe(0);
  });

  it('show each digit equally often, in an order that no network could learn', async () => {
    const { labels } = await draw(1, 2000);
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
    expect(counts).toEqual(new Array(10).fill(200));
    const groups = Array.from({ length: 200 }, (_, group) =>
      labels.subarray(10 * group, 10 * group + 10).join(''),
    );
    expect(new Set(groups).size).toBe(200);
  });

  it('fill a box of 20 pixels and have their mass in the middle, as MNIST is made', async () => {
    for (const { width, height, centre, mass } of measureAll(await draw(4, 2000))) {
      expect(mass).toBeGreaterThan(15);
      expect(Math.max(width, height)).toBeLessThanOrEqual(20);
      expect(Math.max(width, height)).toBeGreaterThanOrEqual(18);
      expect(Math.abs(centre[0] - 14)).toBeLessThanOrEqual(1);
      expect(Math.abs(centre[1] - 14)).toBeLessThanOrEqual(1);
    }
  });

  it('are all different', async () => {
    const images = await draw(5, 3000);
    const hashes = Array.from({ length: 3000 }, (_, index) =>
      Buffer.from(imageOf(images, index)).toString('base64'),
    );
    expect(new Set(hashes).size).toBe(3000);
  });

  it('report how far they are and let others have their turn', async () => {
    let turns = 0;
    let drawing = true;
    const takeTurns = (): void => {
      turns++;
      if (drawing) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    const watch = recordingWatch();
    await (await openDigits(1, 5000)).training(watch);
    drawing = false;
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(watch.tasks.at(0)).toEqual({ label: 'Drawing 5,000 training digits', fraction: 0 });
    expect(watch.tasks.at(-1)).toEqual({ label: 'Drawing 5,000 training digits', fraction: 1 });
  });

  it('stop when told to, and can be drawn again', async () => {
    const data = await openDigits(1, 5000);
    const abort = new AbortController();
    const reason = new Error('the window was closed');
    const watch = { signal: abort.signal, report: () => abort.abort(reason) };
    await expect(data.training(watch)).rejects.toBe(reason);
    expect((await data.training(recordingWatch())).count).toBe(5000);
  });

  it('are drawn once and then kept', async () => {
    const data = await openDigits(1, 20);
    expect(await data.training(recordingWatch())).toBe(await data.training(recordingWatch()));
  });
});

describeWithRealData('digits beside MNIST', 'mnist', (folder) => {
  it('have about the ink, the breadth and the slant of handwriting', async () => {
    const real = measureAll(await (await openIdxFolder(folder, 5000, null)).training(recordingWatch()));
    const ours = measureAll(await draw(1, 5000));
    const compare = (of: (ink: Ink) => number): [ours: number, real: number] => [
      mean(ours.map(of)),
      mean(real.map(of)),
    ];
    const [ourMass, realMass] = compare(({ mass }) => mass);
    expect(Math.abs(ourMass / realMass - 1)).toBeLessThan(0.1);
    const [ourWidth, realWidth] = compare(({ width }) => width);
    expect(Math.abs(ourWidth - realWidth)).toBeLessThan(1);
    const [ourSlant, realSlant] = compare(({ slant }) => slant);
    expect(Math.abs(ourSlant - realSlant)).toBeLessThan(0.1);
  });
});

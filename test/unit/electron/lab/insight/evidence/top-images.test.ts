import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { TopImagesRequest } from '#shared/evidence';
import type { ImageSet } from '#shared/images';
import { cancelledInsight } from '#shared/insight';
import { randomStream } from '../../../../../../electron/lab/data/digits/random';
import { startWasm } from '../../../../../../electron/lab/engine/wasm/start';
import { topImages } from '../../../../../../electron/lab/insight/evidence/top-images';
import { hasTensorFlow } from '../../engine/steps';

if (!(await hasTensorFlow())) await startWasm();

const side = 12;
const count = 150;

/** Black images with one bright spot of 3 x 3 pixels each, as bright as its place in the order says. */
function spots(): ImageSet & {
  readonly brightness: readonly number[];
  readonly corners: [number, number][];
} {
  const random = randomStream(3);
  const pixels = new Uint8Array(count * side * side);
  const corners: [number, number][] = [];
  const brightness = Array.from({ length: count }, (_, image) => 50 + ((image * 67) % count));
  brightness.forEach((value, image) => {
    const [top, left] = [random.integer(side - 2), random.integer(side - 2)];
    corners.push([top, left]);
    for (let y = top; y < top + 3; y++) {
      const start = image * side * side + y * side + left;
      pixels.fill(value, start, start + 3);
    }
  });
  const labels = Int32Array.from({ length: count }, (_, image) => image % 5);
  return { count, shape: [side, side, 1], pixels, labels, brightness, corners };
}

/** Channel 0 sums 3 x 3 pixels, channel 1 never responds, and the dense layer adds up channel 0. */
function spotNetwork(): tf.LayersModel {
  const L = tf.layers;
  const model = tf.sequential();
  model.add(L.inputLayer({ inputShape: [side, side, 1] }));
  model.add(L.conv2d({ name: 'sums', filters: 2, kernelSize: 3, activation: 'relu' }));
  model.add(L.globalAveragePooling2d({ name: 'mean' }));
  model.add(L.dense({ name: 'classes', units: 2 }));
  const kernel = tf.tensor4d(
    Array.from({ length: 18 }, (_, index) => (index % 2 === 0 ? 1 : -1)),
    [3, 3, 1, 2],
  );
  const tensors = [kernel, tf.zeros([2]), tf.tensor2d([1, 0, 0, 1], [2, 2]), tf.tensor1d([0, -1])];
  model.setWeights(tensors);
  tf.dispose(tensors);
  return model;
}

const asked = (request: Partial<TopImagesRequest>): Omit<TopImagesRequest, 'id'> => ({
  layer: 'sums',
  channels: [0],
  count: 4,
  by: 'max',
  limit: null,
  ...request,
});

describe('the images that excite a filter most', () => {
  const images = spots();
  const model = spotNetwork();
  const byBrightness = [...images.brightness.keys()].sort(
    (a, b) => (images.brightness[b] as number) - (images.brightness[a] as number),
  );

  it('come strongest first, with the cell and the patch that did it', async () => {
    const before = tf.memory().numTensors;
    const { channels, searched, receptiveField } = await topImages(model, images, asked({}));
    expect(tf.memory().numTensors).toBe(before);
    expect([searched, receptiveField]).toEqual([count, [3, 3]]);
    const found = channels[0]?.images ?? [];
    expect(found.map(({ index }) => index)).toEqual(byBrightness.slice(0, 4));
    for (const { index, label, activation, cell, region, patch, image } of found) {
      const value = (images.brightness[index] as number) / 255;
      expect(activation).toBeCloseTo(9 * value, 4);
      expect(label).toBe(index % 5);
      // A kernel of 3 x 3 without padding sees the pixels from its own cell on.
      expect(cell).toEqual(images.corners[index]);
      expect(region).toEqual({ top: cell[0], left: cell[1], height: 3, width: 3 });
      expect(patch.shape).toEqual([3, 3, 1]);
      for (const pixel of patch.values) expect(pixel).toBeCloseTo(value, 6);
      expect(image.values.filter((pixel) => pixel > 0)).toHaveLength(9);
    }
  });

  it('are searched as far as the limit, by the mean where that is asked for', async () => {
    const { channels, searched } = await topImages(model, images, asked({ by: 'mean', limit: 20, count: 3 }));
    expect(searched).toBe(20);
    const found = channels[0]?.images ?? [];
    // The spot near a corner is seen by fewer cells, and so has a smaller mean.
    const seenBy = ([top, left]: [number, number]): number => overlaps(top) * overlaps(left);
    const means = Array.from({ length: 20 }, (_, image) => {
      const corner = images.corners[image] as [number, number];
      return ((images.brightness[image] as number) / 255) * (seenBy(corner) / 100);
    });
    const expected = [...means.keys()].sort((a, b) => (means[b] as number) - (means[a] as number));
    expect(found.map(({ index }) => index)).toEqual(expected.slice(0, 3));
    expect(found[0]?.activation).toBeCloseTo(means[expected[0] as number] as number, 5);
  });

  it('are none for a filter that nothing excites, and the answer says so', async () => {
    const { channels } = await topImages(model, images, asked({ channels: [1, 0] }));
    expect(channels.map(({ channel }) => channel)).toEqual([1, 0]);
    expect(channels[0]?.images).toEqual([]);
    expect(channels[0]?.note).toBe('None of the 150 images searched excites sums [1].');
    expect(channels[1]?.images).toHaveLength(4);
  });

  it('are found for a unit too, which sees the whole image', async () => {
    const { channels, receptiveField } = await topImages(
      model,
      images,
      asked({ layer: 'classes', count: 1 }),
    );
    expect(receptiveField).toBeNull();
    const [found] = channels[0]?.images ?? [];
    expect(found?.region).toEqual({ top: 0, left: 0, height: side, width: side });
    expect(found?.patch.values).toEqual(found?.image.values);
  });

  it('are those of the weights at the time of asking', async () => {
    const changing = spotNetwork();
    const found = topImages(changing, images, asked({}));
    // The first batch is done; from now on the network is another.
    const others = changing.getWeights().map((weight) => tf.zerosLike(weight));
    changing.setWeights(others);
    expect((await found).channels[0]?.images.map(({ index }) => index)).toEqual(byBrightness.slice(0, 4));
    const values = changing.getWeights().flatMap((weight) => [...weight.dataSync()]);
    expect(values.every((value) => value === 0)).toBe(true);
    tf.dispose(others);
    changing.dispose();
  });

  it('are refused where the layer has no such channel, and given up when told to', async () => {
    await expect(topImages(model, images, asked({ channels: [2] }))).rejects.toThrow(
      'The layer sums has no channel 2: it has 2, counted from 0.',
    );
    const controller = new AbortController();
    const fractions: number[] = [];
    const search = topImages(model, images, asked({}), {
      report: (_, fraction) => {
        fractions.push(fraction);
        controller.abort();
      },
      signal: controller.signal,
    });
    await expect(search).rejects.toThrow(cancelledInsight);
    expect(fractions).toHaveLength(1);
  });

  it('are refused where the network is disposed of meanwhile', async () => {
    const gone = spotNetwork();
    const search = topImages(gone, images, asked({}));
    gone.dispose();
    await expect(search).rejects.toThrow(/replaced by another/);
  });
});

/** Cells along one axis of which each sees how many of the spot's three pixels, added up. */
function overlaps(start: number): number {
  let sum = 0;
  for (let cell = 0; cell <= side - 3; cell++) sum += Math.max(0, 3 - Math.abs(cell - start));
  return sum;
}

import { describe, expect, it } from 'vitest';
import type { ImageShape } from '#shared/images';
import { detailLines, fairShares, planDetail, trueChannel } from '../../../../renderer/volumes/detail';

/** The least that WebGL 2 promises. */
const limits = { side: 2048, layers: 256 };

const vgg: ImageShape[] = [
  [224, 224, 3],
  ...Array.from({ length: 18 }, (_, i): ImageShape => {
    const side = 224 >> Math.floor(i / 4);
    return [side, side, 64 << Math.floor(i / 4)];
  }),
  [1, 1, 25_088],
  [1, 1, 1000],
];

describe('planDetail', () => {
  it('draws all of the textbook net', () => {
    const shapes: ImageShape[] = [
      [28, 28, 1],
      [26, 26, 32],
      [13, 13, 32],
      [11, 11, 64],
      [3, 3, 64],
      [1, 1, 576],
    ];
    const details = planDetail(shapes, limits);
    expect(details.map(({ shape, step }) => [shape, step])).toEqual(shapes.map((shape) => [shape, 1]));
    expect(details.flatMap((detail, i) => detailLines(detail, shapes[i] as ImageShape))).toEqual([]);
  });

  it.each([
    ['VGG', vgg],
    ['one enormous layer', [[4096, 4096, 512]] as ImageShape[]],
    ['long, flat maps', [[5000, 3, 8]] as ImageShape[]],
  ])('stays within its budget and what any graphics card can hold for %s', (_, shapes) => {
    const details = planDetail(shapes, limits);
    const cells = details.map(({ shape: [height, width, channels] }) => height * width * channels);
    expect(cells.reduce((sum, count) => sum + count, 0)).toBeLessThan(2 ** 21 + 25_088 + 1000);
    details.forEach(({ shape: [height, width, channels], step }, i) => {
      const [trueHeight, , trueChannels] = shapes[i] as ImageShape;
      if (trueHeight === 1) return;
      expect(height).toBeLessThanOrEqual(limits.layers);
      expect(Math.max(width, channels)).toBeLessThanOrEqual(limits.side);
      expect((height - 1) * step).toBeLessThan(trueHeight);
      expect(trueChannel(channels - 1, channels, trueChannels)).toBeLessThan(trueChannels);
    });
  });

  it('says what it leaves out', () => {
    const shape: ImageShape = [224, 224, 64];
    expect(detailLines({ shape: [56, 56, 64], step: 4 }, shape)).toEqual(['each 4th cell']);
    expect(detailLines({ shape: [112, 112, 16], step: 2 }, shape)).toEqual([
      '16 of 64 channels',
      'each 2nd cell',
    ]);
  });
});

describe('fairShares', () => {
  it('gives to each what it needs, and the same to all who need more than there is', () => {
    expect(fairShares([10, 500, 90, 700], 400)).toEqual([10, 150, 90, 150]);
    expect(fairShares([1, 2, 3], 100)).toEqual([1, 2, 3]);
  });
});

describe('trueChannel', () => {
  it('spreads the drawn channels evenly and names each of all when all are drawn', () => {
    expect([0, 1, 2, 3].map((drawn) => trueChannel(drawn, 4, 16))).toEqual([2, 6, 10, 14]);
    expect([0, 1, 2].map((drawn) => trueChannel(drawn, 3, 3))).toEqual([0, 1, 2]);
  });
});

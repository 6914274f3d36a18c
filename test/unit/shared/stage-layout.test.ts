import { describe, expect, it } from 'vitest';
import type { ImageShape } from '#shared/images';
import { firstAzimuth, layOut, type Placement } from '#shared/stage-layout';

const textbook: ImageShape[] = [
  [28, 28, 1],
  [26, 26, 32],
  [13, 13, 32],
  [11, 11, 64],
  [5, 5, 64],
  [3, 3, 64],
  [1, 1, 576],
  [1, 1, 64],
  [1, 1, 10],
];

const vgg: ImageShape[] = [
  [224, 224, 3],
  ...Array.from({ length: 20 }, (_, i): ImageShape => {
    const side = 224 >> Math.floor(i / 4);
    return [side, side, 64 << Math.floor(i / 4)];
  }),
  [1, 1, 25_088],
  [1, 1, 1000],
];

/** Where a place lies on the screen of the first view, left to right. */
const across = ({ x, z }: Placement) => x * Math.cos(firstAzimuth) - z * Math.sin(firstAzimuth);
const away = ({ x, z }: Placement) => -x * Math.sin(firstAzimuth) - z * Math.cos(firstAzimuth);

describe('layOut', () => {
  it('draws all feature maps to one scale: a unit a cell, width x height x channels', () => {
    const placements = layOut(textbook);
    textbook.slice(0, 6).forEach(([height, width, channels], i) => {
      expect(placements[i]?.kind).toBe('volume');
      expect(placements[i]?.size).toEqual([width, height, channels]);
    });
  });

  it('keeps non-square maps the right way round', () => {
    expect(layOut([[10, 49, 1]])[0]?.size).toEqual([49, 10, 1]);
  });

  it.each([
    ['the textbook net', textbook],
    ['a deep net', vgg],
    [
      'flat, wide maps',
      [
        [10, 490, 1],
        [10, 490, 8],
        [5, 245, 8],
        [1, 1, 12],
      ] as ImageShape[],
    ],
  ])('puts the layers of %s from left to right, equally far away, none in another', (_, shapes) => {
    const placements = layOut(shapes);
    placements.forEach((placement, i) => {
      expect(away(placement)).toBeCloseTo(0, 6);
      const next = placements[i + 1];
      if (next === undefined) return;
      expect(across(next)).toBeGreaterThan(across(placement));
      // The stage sorts volumes by x: their slabs must not overlap.
      expect(next.x - next.size[0] / 2).toBeGreaterThan(placement.x + placement.size[0] / 2);
    });
  });

  it('shows a dense layer as a panel that has a cell for each unit and is no needle', () => {
    for (const units of [2, 17, 64, 576, 4096, 25_088]) {
      const [, placement] = layOut([
        [28, 28, 1],
        [1, 1, units],
        [1, 1, 10],
      ]);
      if (placement === undefined) throw new Error('no placement');
      const [columns, rows] = placement.grid;
      expect(placement.kind).toBe('cells');
      expect(columns * rows).toBeGreaterThanOrEqual(units);
      expect((columns - 1) * rows).toBeLessThan(units);
      expect(placement.cell[0]).toBe(placement.cell[1]);
      const [width, height] = placement.size;
      expect(height / width).toBeLessThanOrEqual(8);
      expect(height / width).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('shows an output of few classes as bars, one of many as cells', () => {
    expect(layOut(textbook).at(-1)).toMatchObject({ kind: 'bars', grid: [1, 10, 1] });
    expect(
      layOut([
        [28, 28, 1],
        [1, 1, 1000],
      ]).at(-1)?.kind,
    ).toBe('cells');
  });

  it('lays out a network without images', () => {
    expect(
      layOut([
        [1, 1, 784],
        [1, 1, 10],
      ]).map(({ kind }) => kind),
    ).toEqual(['cells', 'bars']);
    expect(layOut([])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { ImageShape } from '#shared/images';
import { firstAzimuth, firstElevation, type Placement } from '#shared/stage-layout';
import { arrange, isCompressed, type Arrangement } from '../../../../renderer/volumes/arrangement';
import { mainLayers } from '../../../../renderer/volumes/main-layers';
import { mobileNet } from './stage-layers';

const room = { width: 1000, height: 520, betweenRows: 70, betweenLayers: 46 };

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

function mainShapes(): ImageShape[] {
  const layers = mobileNet();
  return mainLayers(layers).map((i) => layers[i]?.shape as ImageShape);
}

const across = ({ x, z }: Placement) => x * Math.cos(firstAzimuth) - z * Math.sin(firstAzimuth);

function rowsOf({ placements, rows }: Arrangement): Placement[][] {
  return rows.map((from, row) => placements.slice(from, rows[row + 1]));
}

/** What the first view sees of the whole, in units. */
function extent({ placements }: Arrangement): { width: number; height: number } {
  const halfWidth = ({ size: [w, , d] }: Placement) =>
    (w * Math.cos(firstAzimuth) + d * Math.sin(firstAzimuth)) / 2;
  const ups = placements.flatMap((placement) => {
    const [w, h, d] = placement.size;
    const half =
      (h * Math.cos(firstElevation) +
        (d * Math.cos(firstAzimuth) + w * Math.sin(firstAzimuth)) * Math.sin(firstElevation)) /
      2;
    const up = placement.y * Math.cos(firstElevation);
    return [up - half, up + half];
  });
  const sides = placements.flatMap((placement) => [
    across(placement) - halfWidth(placement),
    across(placement) + halfWidth(placement),
  ]);
  return {
    width: Math.max(...sides) - Math.min(...sides),
    height: Math.max(...ups) - Math.min(...ups),
  };
}

describe('arrange', () => {
  it('keeps the textbook net in one row of true sizes', () => {
    const { placements, rows, compressed } = arrange(textbook, { ...room, width: 1600, height: 400 });
    expect(rows).toEqual([0]);
    expect(compressed).toBe(false);
    expect(placements[1]?.size).toEqual([26, 26, 32]);
  });

  it('fills a view with a long network by rows, from left to right and from above', () => {
    const arrangement = arrange(mainShapes(), room);
    const rows = rowsOf(arrangement);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      expect(new Set(row.map(({ y }) => y)).size).toBe(1);
      row.forEach((placement, i) => {
        const next = row[i + 1];
        if (next === undefined) return;
        expect(across(next)).toBeGreaterThan(across(placement));
        // The stage sorts the volumes of a row by x: their slabs must not overlap.
        expect(next.x - next.size[0] / 2).toBeGreaterThan(placement.x + placement.size[0] / 2);
      });
    }
    rows.slice(1).forEach((row, i) => {
      const above = Math.min(...(rows[i] as Placement[]).map(({ y, size }) => y - size[1] / 2));
      expect(Math.max(...row.map(({ y, size }) => y + size[1] / 2))).toBeLessThan(above);
    });
    const { width, height } = extent(arrangement);
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(3);
  });

  it('takes more rows in a narrow view than in a wide one', () => {
    const rows = (width: number) => arrange(mainShapes(), { ...room, width }).rows.length;
    expect(rows(500)).toBeGreaterThan(rows(1600));
  });

  it('loses no layer and leaves no row empty, however little room there is', () => {
    for (const width of [1, 40, 300, 5000]) {
      for (const height of [1, 90, 900]) {
        const arrangement = arrange(mainShapes(), { ...room, width, height });
        expect(arrangement.placements).toHaveLength(mainShapes().length);
        expect(rowsOf(arrangement).every((row) => row.length > 0)).toBe(true);
        for (const { x, y, z } of arrangement.placements) {
          expect([x, y, z].every(Number.isFinite)).toBe(true);
        }
      }
    }
    expect(arrange([], room).placements).toEqual([]);
  });

  it('draws widely differing sizes by their square roots, cells of a map square', () => {
    const shapes: ImageShape[] = [
      [224, 224, 3],
      [224, 224, 64],
      [56, 28, 256],
      [7, 7, 512],
      [1, 1, 1000],
    ];
    const { placements, compressed } = arrange(shapes, room);
    expect(compressed).toBe(true);
    const sides = placements.map(({ size }) => size[0]);
    expect((sides[1] as number) / (sides[3] as number)).toBeCloseTo(Math.sqrt(224 / 7), 6);
    for (const { kind, cell } of placements) if (kind === 'volume') expect(cell[0]).toBe(cell[1]);
    expect(placements[2]?.size[1]).toBeCloseTo(2 * (placements[2]?.size[0] as number), 6);
  });

  it('shows the best ten of a thousand classes as bars that can be read', () => {
    const shapes: ImageShape[] = [
      [28, 28, 1],
      [1, 1, 1000],
    ];
    expect(arrange(shapes, room).placements[1]).toMatchObject({ kind: 'bars', grid: [1, 10, 1] });
  });
});

describe('isCompressed', () => {
  it('is so for large images and for deep stacks of small maps, not for the textbook net', () => {
    expect(isCompressed(textbook)).toBe(false);
    expect(isCompressed([[96, 96, 3]])).toBe(true);
    expect(
      isCompressed([
        [32, 32, 3],
        [4, 4, 256],
      ]),
    ).toBe(true);
  });
});

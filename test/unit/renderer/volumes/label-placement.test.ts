import { describe, expect, it } from 'vitest';
import { placeLabels } from '../../../../renderer/volumes/label-placement';

const view = { width: 800, height: 400 };

function place(
  wanted: readonly (readonly [number, number, number, number])[],
  direction: -1 | 1 = -1,
  reach = 200,
  order = wanted.map((_, i) => i),
) {
  const boxes = new Float32Array(wanted.flat());
  const placed = new Uint8Array(wanted.length);
  placeLabels(boxes, order, direction, reach, view, placed);
  const at = (i: number) => Array.from(boxes.subarray(i * 4, i * 4 + 4)) as [number, number, number, number];
  return { at, placed: Array.from(placed) };
}

function overlap(
  a: readonly [number, number, number, number],
  b: readonly [number, number, number, number],
): boolean {
  return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
}

describe('placeLabels', () => {
  it('leaves labels that do not meet where they are', () => {
    const wanted = [
      [10, 100, 80, 40],
      [120, 110, 80, 40],
    ] as const;
    const { at, placed } = place(wanted);
    expect(at(0)).toEqual(wanted[0]);
    expect(at(1)).toEqual(wanted[1]);
    expect(placed).toEqual([1, 1]);
  });

  it('lets no label cover another, however dense the network', () => {
    const wanted = Array.from({ length: 25 }, (_, i) => [20 + i * 29, 300 - (i % 3) * 9, 90, 40] as const);
    for (const direction of [-1, 1] as const) {
      const { at, placed } = place(wanted, direction, 260);
      expect(placed.filter(Boolean).length).toBeGreaterThan(8);
      for (let a = 0; a < wanted.length; a++) {
        for (let b = 0; b < a; b++) {
          if (placed[a] === 1 && placed[b] === 1) expect(overlap(at(a), at(b))).toBe(false);
        }
      }
    }
  });

  it('hides a label rather than moving it out of reach or out of the view', () => {
    expect(
      place(
        [
          [10, 100, 80, 40],
          [20, 100, 80, 40],
        ],
        -1,
        30,
      ).placed,
    ).toEqual([1, 0]);
    expect(
      place(
        [
          [10, 10, 80, 40],
          [20, 10, 80, 40],
        ],
        -1,
      ).placed,
    ).toEqual([1, 0]);
    expect(place([[-500, 10, 80, 40]]).placed).toEqual([0]);
  });

  it('gives the place to the label that comes first in the order', () => {
    const wanted = [
      [10, 10, 80, 40],
      [20, 10, 80, 40],
    ] as const;
    expect(place(wanted, -1, 30, [1, 0]).placed).toEqual([0, 1]);
  });

  it('covers nothing that another round has placed', () => {
    const boxes = new Float32Array([10, 100, 80, 40, 20, 110, 80, 14]);
    const placed = new Uint8Array(2);
    placeLabels(boxes, [0], -1, 0, view, placed);
    placeLabels(boxes, [1], 1, 0, view, placed);
    expect(Array.from(placed)).toEqual([1, 0]);
    placed[1] = 0;
    placeLabels(boxes, [1], 1, 60, view, placed);
    expect(placed[1]).toBe(1);
    expect(boxes[5]).toBeGreaterThanOrEqual(140);
  });

  it('ignores labels of no width', () => {
    expect(
      place([
        [10, 100, 0, 40],
        [10, 100, 80, 40],
      ]).placed,
    ).toEqual([0, 1]);
  });
});

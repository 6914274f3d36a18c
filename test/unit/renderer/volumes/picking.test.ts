import { describe, expect, it } from 'vitest';
import { layOut } from '#shared/stage-layout';
import {
  facingAxis,
  pickCell,
  toCellDirection,
  toCellPoint,
  type MutableVector,
} from '../../../../renderer/volumes/picking';

const all = () => true;
const none = () => false;
const grid = [5, 4, 3] as const;

describe('pickCell', () => {
  it('hits the very cell that a ray was aimed at, from many sides', () => {
    for (const axis of [0, 1, 2] as const) {
      for (let column = 0; column < 5; column++) {
        for (let row = 0; row < 4; row++) {
          for (let channel = 0; channel < 3; channel++) {
            const target = [column + 0.5, row + 0.5, channel + 0.5] as const;
            for (const from of [
              [2, 1, -20],
              [9, -7, -20],
              [30, 5, 2],
              [-13, 25, 31],
            ] as const) {
              const direction = target.map((to, i) => to - (from[i] as number)) as MutableVector;
              const isTarget = (x: number, y: number, c: number) =>
                x === column && y === row && c === channel;
              const cell: MutableVector = [-1, -1, -1];
              const distance = pickCell(grid, axis, from, direction, isTarget, cell);
              expect(cell).toEqual([column, row, channel]);
              expect(distance).toBeCloseTo(1, 9);
            }
          }
        }
      }
    }
  });

  it('takes the nearest cell of those that can be seen', () => {
    const cell: MutableVector = [0, 0, 0];
    pickCell(grid, 2, [2.5, 1.5, -10], [0, 0, 1], (_x, _y, channel) => channel >= 1, cell);
    expect(cell).toEqual([2, 1, 1]);
    pickCell(grid, 2, [2.5, 1.5, 10], [0, 0, -1], all, cell);
    expect(cell).toEqual([2, 1, 2]);
  });

  it('takes the nearest cell of all where none can be seen', () => {
    const cell: MutableVector = [0, 0, 0];
    expect(pickCell(grid, 2, [2.5, 1.5, -10], [0, 0, 1], none, cell)).toBeCloseTo(10.5);
    expect(cell).toEqual([2, 1, 0]);
  });

  it('misses beside, behind and along the slices', () => {
    const cell: MutableVector = [0, 0, 0];
    expect(pickCell(grid, 2, [5.01, 1, -10], [0, 0, 1], all, cell)).toBe(-1);
    expect(pickCell(grid, 2, [2, 1, -10], [0, 0, -1], all, cell)).toBe(-1);
    expect(pickCell(grid, 2, [-10, 1, 1.5], [1, 0, 0], all, cell)).toBe(-1);
  });
});

describe('cell coordinates', () => {
  it('count columns to the right, rows down and channels away from the viewer', () => {
    const placement = layOut([
      [28, 28, 1],
      [26, 24, 32],
    ])[1];
    if (placement === undefined) throw new Error('no placement');
    const point: MutableVector = [0, 0, 0];
    toCellPoint(placement, placement.x - 12, 13, placement.z + 16, point);
    expect(point.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 0, 0]);
    toCellPoint(placement, placement.x + 12, -13, placement.z - 16, point);
    expect(point.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([24, 26, 32]);
    toCellDirection(placement, 1, 2, 3, point);
    expect(point).toEqual([1, -2, -3]);
  });
});

describe('facingAxis', () => {
  const volume = [26, 26, 32] as const;

  it('shows whole feature maps from the front, and cuts across the view from the side and from above', () => {
    expect(facingAxis(volume, [30, -20, -60], 2)).toBe(2);
    expect(facingAxis(volume, [60, -10, -10], 2)).toBe(0);
    expect(facingAxis(volume, [5, -60, -10], 2)).toBe(1);
  });

  it('keeps its choice near a tie', () => {
    const tie = [17.2, 0, -10] as const;
    expect(facingAxis(volume, tie, 2)).toBe(2);
    expect(facingAxis(volume, tie, 0)).toBe(0);
  });

  it('never cuts a single map into lines', () => {
    expect(facingAxis([28, 28, 1], [60, 0, -1], 2)).toBe(2);
  });
});

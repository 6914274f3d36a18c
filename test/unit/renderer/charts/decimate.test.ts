import { describe, expect, it } from 'vitest';
import { decimated, decimateExtremes, decimateLast } from '../../../../renderer/charts/decimate';

function reduce(values: Float32Array, width: number): [number, number][] {
  const into = decimated(Math.ceil(values.length / Math.max(1, width)));
  decimateExtremes(values, values.length, width, into);
  return Array.from({ length: into.count }, (_, i) => [into.x[i] as number, into.y[i] as number]);
}

const long = Float32Array.from(
  { length: 100_000 },
  (_, i) => Math.sin(i * 0.37) * (1 + Math.cos(i * 0.0013)),
);

describe('decimateExtremes', () => {
  it('keeps every point while there is room', () => {
    expect(reduce(Float32Array.of(3, 1, 2), 0.1)).toEqual([
      [0, 3],
      [1, 1],
      [2, 2],
    ]);
  });

  it('needs two points a pixel for 100,000 values', () => {
    expect(reduce(long, 100_000 / 300).length).toBeLessThanOrEqual(600);
  });

  it('keeps the lowest and the highest value of every pixel', () => {
    const width = 100_000 / 300;
    const points = reduce(long, width);
    for (let bucket = 0; bucket < 300; bucket++) {
      const [from, to] = [Math.round(bucket * width), Math.round((bucket + 1) * width)];
      const inside = points.filter(([x]) => x >= from && x < to).map(([, y]) => y);
      const values = long.subarray(from, to);
      expect(Math.min(...inside)).toBe(Math.min(...values));
      expect(Math.max(...inside)).toBe(Math.max(...values));
    }
  });

  it('loses no spike', () => {
    const calm = new Float32Array(100_000).fill(1);
    calm[54_321] = 50;
    expect(reduce(calm, 500)).toContainEqual([54_321, 50]);
  });

  it('keeps the order of time and the places of the values', () => {
    const points = reduce(long, 123.4);
    points.forEach(([x, y], i) => {
      expect(y).toBe(long[x]);
      if (i > 0) expect(x).toBeGreaterThan((points[i - 1] as [number, number])[0]);
    });
  });

  it('leaves a gap where a value is not finite', () => {
    const values = new Float32Array(1000).fill(2);
    values[500] = Number.NaN;
    values[501] = Infinity;
    const points = reduce(values, 10);
    expect(points.filter(([, y]) => Number.isNaN(y))).toHaveLength(1);
    expect(points.every(([, y]) => Number.isNaN(y) || y === 2)).toBe(true);
  });
});

describe('decimateLast', () => {
  it('draws a curve as one of its own points a pixel, up to the latest', () => {
    const into = decimated(300);
    decimateLast(long, long.length, long.length / 300, into);
    expect(into.count).toBe(300);
    expect(into.x[299]).toBe(99_999);
    for (let i = 0; i < into.count; i++) expect(into.y[i]).toBe(long[into.x[i] as number]);
  });

  it('leaves a gap where there is no value', () => {
    const into = decimated(4);
    decimateLast(Float32Array.of(1, 2, Number.NaN, 4), 4, 1, into);
    expect(Array.from(into.y.subarray(0, 4))).toEqual([1, 2, Number.NaN, 4]);
  });
});

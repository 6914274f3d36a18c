import { describe, expect, it } from 'vitest';
import { findBest } from '../../../../renderer/volumes/best-classes';

function best(values: ArrayLike<number>, count: number): number[] {
  const found = new Uint32Array(count);
  findBest(values, found);
  return Array.from(found);
}

describe('findBest', () => {
  it('agrees with sorting', () => {
    const values = Array.from({ length: 1000 }, (_, i) => Math.abs(Math.sin(i * 12.9898) * 43_758.5453) % 1);
    const sorted = values.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number));
    expect(best(values, 10)).toEqual(sorted.slice(0, 10));
  });

  it('takes the first of equal ones, and what is no number last', () => {
    expect(best([1, 3, 3, 1], 3)).toEqual([1, 2, 0]);
    expect(best([NaN, 0.1, NaN, 0.2], 3)).toEqual([3, 1, 0]);
  });
});

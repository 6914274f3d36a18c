import { describe, expect, it } from 'vitest';
import { epochOrder } from '../../../../../electron/lab/training/order';

describe('the order of an epoch', () => {
  it('visits every image once', () => {
    const order = epochOrder(1000, 1, 1);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  it('is the same again for the same seed and epoch, and another for any other', () => {
    expect(epochOrder(100, 7, 2)).toEqual(epochOrder(100, 7, 2));
    expect(epochOrder(100, 7, 2)).not.toEqual(epochOrder(100, 7, 3));
    expect(epochOrder(100, 7, 2)).not.toEqual(epochOrder(100, 8, 2));
  });

  it('puts every image about as often at every place', () => {
    const size = 6;
    const rounds = 6000;
    const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    for (let epoch = 0; epoch < rounds; epoch++) {
      epochOrder(size, 3, epoch).forEach((image, place) => {
        const row = counts[place] as number[];
        row[image] = (row[image] as number) + 1;
      });
    }
    // 1,000 expected in each; five standard deviations of a binomial are 144.
    for (const count of counts.flat()) expect(Math.abs(count - rounds / size)).toBeLessThan(144);
  });
});

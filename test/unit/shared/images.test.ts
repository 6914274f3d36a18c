import { describe, expect, it } from 'vitest';
import { volumeOf } from '#shared/images';

describe("the volume of a layer's values", () => {
  it.each([
    { what: 'maps', sizes: [13, 11, 32], volume: [13, 11, 32] },
    { what: 'a plane without channels', sizes: [28, 20], volume: [28, 20, 1] },
    { what: 'units', sizes: [64], volume: [1, 1, 64] },
    { what: 'a row of units', sizes: [1, 10], volume: [1, 1, 10] },
    { what: 'one value', sizes: [], volume: [1, 1, 1] },
    { what: 'more sizes than a volume has', sizes: [2, 3, 4, 5], volume: [1, 1, 120] },
  ])('is of $what', ({ sizes, volume }) => {
    expect(volumeOf(sizes)).toEqual(volume);
  });
});

import { describe, expect, it } from 'vitest';
import { rangeIn, rangeOf } from '#shared/picture-colours';
import type { Picture } from '#shared/pictures';

function picture(scale: Picture['scale'], ...values: number[]): Picture {
  return {
    name: 'conv2d [0]',
    note: null,
    numbers: [],
    shape: [1, values.length, 1],
    scale,
    values: Float32Array.from(values),
  };
}

describe('the range of a picture', () => {
  it('begins at zero for activations, whatever the least of them is', () => {
    expect(rangeOf(picture('sequential', 0.5, 2, 1))).toEqual([0, 2]);
  });

  it('reaches as far below zero as above it for signed values', () => {
    expect(rangeOf(picture('signed', -3, 1))).toEqual([-3, 3]);
  });

  it('is 0 to 1 for pixels', () => {
    expect(rangeOf(picture('image', 0.2, 0.4))).toEqual([0, 1]);
  });

  it('does not count values that are not finite', () => {
    expect(rangeOf(picture('signed', -Infinity, 1, NaN, Infinity))).toEqual([-1, 1]);
  });

  it('is that of the sheet where its pictures share one, but never for pixels', () => {
    const sheet = { sharedRange: [-5, 5] as const };
    expect(rangeIn(sheet, picture('signed', 1))).toEqual([-5, 5]);
    expect(rangeIn(sheet, picture('image', 1))).toEqual([0, 1]);
    expect(rangeIn({ sharedRange: null }, picture('signed', 1))).toEqual([-1, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { contactSheet } from '../../../../../electron/lab/export/contact-sheet';

const layer = (shape: readonly [number, number, number], values: readonly number[]) => ({
  name: 'conv2d',
  shape,
  values: Float32Array.from(values),
});

describe('a contact sheet', () => {
  it('holds every channel in rows, from the least value to the greatest', () => {
    // Three channels of one pixel each: two columns, two rows, one tile left empty, a pixel between and around.
    const { width, height, data } = contactSheet(layer([1, 1, 3], [-1, 0, 1]));
    expect([width, height]).toEqual([5, 5]);
    const at = (x: number, y: number) => data[y * width + x];
    expect([at(1, 1), at(3, 1), at(1, 3)]).toEqual([0, 128, 255]);
    expect([at(0, 0), at(2, 1), at(3, 3)]).toEqual([64, 64, 64]);
  });

  it('keeps a map the right way up', () => {
    // Two rows of three pixels, row by row, left to right.
    const { width, data } = contactSheet(
      layer(
        [2, 3, 1],
        [0, 1, 2, 3, 4, 5].map((value) => value * 51),
      ),
    );
    const read = [0, 1].map((row) => [0, 1, 2].map((column) => data[(1 + row) * width + 1 + column]));
    expect(read).toEqual([
      [0, 51, 102],
      [153, 204, 255],
    ]);
  });

  it('thins large maps and stays black where nothing differs or nothing is finite', () => {
    const { width, height, data } = contactSheet(layer([128, 256, 1], new Array(128 * 256).fill(7)));
    expect([width, height]).toEqual([66, 34]);
    expect(new Set(data)).toEqual(new Set([0, 64]));
    const broken = contactSheet(layer([1, 1, 2], [NaN, Infinity]));
    expect(new Set(broken.data)).toEqual(new Set([0, 64]));
  });
});

import { describe, expect, it } from 'vitest';
import { cellsUnder, sourcesOf, through, type Cells } from '../../../../renderer/volumes/windows';
import { layer, named, sliding } from './stage-layers';

function under(window: ReturnType<typeof sliding>, side: number, y: number, x: number): Cells | null {
  const cells = { top: 0, left: 0, bottom: 0, right: 0 };
  return cellsUnder(window, [side, side, 1], y, x, cells) ? cells : null;
}

describe('cellsUnder', () => {
  it('is the kernel where it stands', () => {
    expect(under(sliding(3, 1, 0), 28, 5, 7)).toEqual({ top: 5, bottom: 8, left: 7, right: 10 });
    expect(under(sliding(2, 2, 0), 26, 3, 12)).toEqual({ top: 6, bottom: 8, left: 24, right: 26 });
  });

  it('leaves padding out', () => {
    expect(under(sliding(3, 1, 1), 8, 0, 7)).toEqual({ top: 0, bottom: 2, left: 6, right: 8 });
    expect(under(sliding(1, 1, 1), 8, 0, 4)).toBeNull();
  });
});

describe('through', () => {
  it('covers what two layers after each other read, cell by cell', () => {
    const outer = sliding(3, 2, 1);
    const inner = sliding(5, 3, 2);
    const both = through(outer, inner);
    for (let y = 4; y < 8; y++) {
      const middle = under(outer, 40, y, y) as Cells;
      const first = under(inner, 200, middle.top, middle.left) as Cells;
      const last = under(inner, 200, middle.bottom - 1, middle.right - 1) as Cells;
      expect(under(both, 200, y, y)).toEqual({
        top: first.top,
        left: first.left,
        bottom: last.bottom,
        right: last.right,
      });
    }
  });
});

describe('sourcesOf', () => {
  it('leads through layers that do not stand on the stage, padding among them', () => {
    const padding = { ...sliding(1, 1, 0, true), padding: [1, 0] as const };
    const layers = named([
      layer('Input', [8, 8, 3]),
      layer('ReLU', [8, 8, 3]),
      layer('ZeroPadding2D', [9, 9, 3], { window: padding }),
      layer('Conv2D', [4, 4, 8], { window: sliding(3, 2, 0) }),
    ]);
    expect(sourcesOf(layers, [0, 3])[1]).toEqual([
      { index: 0, window: { size: [3, 3], strides: [2, 2], padding: [1, 0], perChannel: false } },
    ]);
  });

  it('follows both branches of a sum', () => {
    const layers = named([
      layer('Input', [8, 8, 4]),
      layer('Conv2D', [8, 8, 4], { window: sliding(3, 1, 1), inputs: ['layer_0'] }),
      layer('Conv2D', [8, 8, 4], { window: sliding(1, 1, 0), inputs: ['layer_0'] }),
      layer('Add', [8, 8, 4], { inputs: ['layer_1', 'layer_2'] }),
      layer('MaxPooling2D', [4, 4, 4], { window: sliding(2, 2, 0, true) }),
    ]);
    expect(sourcesOf(layers, [0, 1, 2, 4])[3]?.map(({ index }) => index)).toEqual([1, 2]);
  });

  it('knows nothing where a window is not known', () => {
    const layers = named([
      layer('Input', [8, 8, 4]),
      layer('Strange', [8, 8, 4]),
      layer('Conv2D', [8, 8, 4], { window: sliding(3, 1, 1) }),
    ]);
    expect(sourcesOf(layers, [0, 1, 2])[1]).toEqual([]);
    expect(sourcesOf(layers, [0, 2])[1]).toEqual([]);
  });
});

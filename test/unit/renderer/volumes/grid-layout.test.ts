import { describe, expect, it } from 'vitest';
import type { ImageShape } from '#shared/images';
import { cellAt, gridLayout } from '../../../../renderer/volumes/grid-layout';

const shapes: ImageShape[] = [
  [28, 28, 1],
  [26, 26, 32],
  [13, 13, 32],
  [3, 3, 64],
  [10, 49, 8],
  [224, 224, 64],
  [7, 7, 512],
  [1, 1, 10],
  [1, 1, 576],
];

describe.each(shapes)('a grid of %i x %i x %i', (height, width, channels) => {
  const shape: ImageShape = [height, width, channels];

  it.each([200, 280, 560])('fits into %i pixels with room for every channel', (available) => {
    const layout = gridLayout(shape, available);
    expect(layout.width).toBeLessThanOrEqual(available);
    expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(channels);
    expect(Number.isInteger(layout.scale)).toBe(true);
    expect(layout.width * layout.height).toBeLessThan(4_000_000);
  });

  it('finds every cell that it draws again', () => {
    const layout = gridLayout(shape, 280);
    for (const channel of [0, Math.floor(channels / 2), channels - 1]) {
      const left = (channel % layout.columns) * (layout.tileWidth + layout.gap);
      const top = Math.floor(channel / layout.columns) * (layout.tileHeight + layout.gap);
      for (let y = 0; y < height; y += layout.step) {
        for (let x = 0; x < width; x += layout.step) {
          const [atX, atY] = [(x / layout.step + 0.5) * layout.scale, (y / layout.step + 0.5) * layout.scale];
          expect(cellAt(layout, shape, left + atX, top + atY)).toEqual({ channel, y, x });
        }
      }
    }
  });
});

describe('cellAt', () => {
  it('finds nothing between maps, after the last one and outside', () => {
    const shape: ImageShape = [26, 26, 32];
    const layout = gridLayout(shape, 280);
    expect(cellAt(layout, shape, layout.tileWidth + 0.5, 5)).toBeNull();
    expect(cellAt(layout, shape, layout.width - 1, layout.height - 1)).toBeNull();
    expect(cellAt(layout, shape, -1, 5)).toBeNull();
    expect(cellAt(layout, shape, layout.width + 5, 5)).toBeNull();
  });
});

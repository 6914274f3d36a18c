import type { LayerActivation } from '#shared/frames';
import type { GreyImage } from './grey-image';
import { squareColumns } from './grid';

/** Pixels between two maps, and around them. */
const gap = 1;
const gapGrey = 64;
/** Larger maps are thinned to so many pixels a side. */
const largestSide = 64;

/**
 * Every feature map of a layer beside the others, channel by channel in rows, as near to a square as they fit. The
 * layer's least value is black and its greatest white, so that maps compare within a sheet.
 */
export function contactSheet({ shape: [height, width, channels], values }: LayerActivation): GreyImage {
  const columns = squareColumns(channels);
  const rows = Math.ceil(channels / columns);
  const tile = tileSize(height, width);
  const sheet = {
    width: columns * (tile.width + gap) + gap,
    height: rows * (tile.height + gap) + gap,
  };
  const data = new Uint8Array(sheet.width * sheet.height).fill(gapGrey);
  const greyOf = greyScale(values);
  for (let channel = 0; channel < channels; channel++) {
    const top = gap + Math.floor(channel / columns) * (tile.height + gap);
    const left = gap + (channel % columns) * (tile.width + gap);
    for (let y = 0; y < tile.height; y++) {
      const sourceRow = Math.floor(((y + 0.5) * height) / tile.height) * width;
      const row = (top + y) * sheet.width + left;
      for (let x = 0; x < tile.width; x++) {
        const source = sourceRow + Math.floor(((x + 0.5) * width) / tile.width);
        data[row + x] = greyOf(values[source * channels + channel] as number);
      }
    }
  }
  return { ...sheet, data };
}

function tileSize(height: number, width: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, largestSide / Math.max(height, width));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Values that are not finite, as a network that diverges has them, are black. */
function greyScale(values: Float32Array): (value: number) => number {
  let least = Infinity;
  let greatest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least && value !== -Infinity) least = value;
    if (value > greatest && value !== Infinity) greatest = value;
  }
  const scale = greatest > least ? 255 / (greatest - least) : 0;
  return (value) => (Number.isFinite(value) ? Math.round((value - least) * scale) : 0);
}

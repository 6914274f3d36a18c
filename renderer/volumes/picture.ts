import type { Picture, PictureSheet } from '#shared/pictures';
import { colourMapBytes, divergingZero, type Theme } from '#shared/colour-maps';

/** The values that the ends of a picture's colours stand for. */
export type ValueRange = readonly [lowest: number, highest: number];

/** A picture's own range: 0 to its greatest value, or as far below zero as above it; pixels are always 0 to 1. */
export function rangeOf({ scale, values }: Pick<Picture, 'scale' | 'values'>): ValueRange {
  if (scale === 'image') return [0, 1];
  let lowest = 0;
  let highest = 0;
  for (const value of values) {
    if (value < lowest && value !== -Infinity) lowest = value;
    else if (value > highest && value !== Infinity) highest = value;
  }
  if (scale === 'sequential') return [0, highest];
  const furthest = Math.max(highest, -lowest);
  return [-furthest, furthest];
}

/** The range that a picture of a sheet is drawn with. */
export function rangeIn(sheet: Pick<PictureSheet, 'sharedRange'>, picture: Picture): ValueRange {
  return picture.scale === 'image' ? [0, 1] : (sheet.sharedRange ?? rangeOf(picture));
}

/** Paints a picture at its own size, a pixel a cell; the page scales it. Of more than three channels the first is shown. */
export function paintPicture(
  canvas: HTMLCanvasElement,
  picture: Picture,
  range: ValueRange,
  theme: Theme,
): void {
  const [height, width] = picture.shape;
  const context = canvas.getContext('2d');
  if (context === null || height === 0 || width === 0) return;
  canvas.width = width;
  canvas.height = height;
  const image = context.createImageData(width, height);
  if (picture.scale === 'image') paintPixels(image.data, picture);
  else paintValues(image.data, picture, range, theme);
  context.putImageData(image, 0, 0);
}

function paintPixels(target: Uint8ClampedArray, { shape: [, , channels], values }: Picture): void {
  const colour = channels === 3 ? 1 : 0;
  for (let from = 0, to = 0; to < target.length; from += channels, to += 4) {
    target[to] = (values[from] as number) * 255;
    target[to + 1] = (values[from + colour] as number) * 255;
    target[to + 2] = (values[from + 2 * colour] as number) * 255;
    target[to + 3] = 255;
  }
}

function paintValues(
  target: Uint8ClampedArray,
  { shape: [, , channels], scale, values }: Picture,
  [lowest, highest]: ValueRange,
  theme: Theme,
): void {
  const signed = scale === 'signed';
  const map = new Uint32Array(colourMapBytes(signed ? 'diverging' : 'sequential', theme).buffer);
  const pixels = new Uint32Array(target.buffer);
  const perUnit = highest > lowest ? (signed ? 2 * divergingZero : 255) / (highest - lowest) : 0;
  const zero = signed ? divergingZero : 0;
  for (let from = 0, to = 0; to < pixels.length; from += channels, to++) {
    const value = values[from] as number;
    const code = perUnit === 0 || !Number.isFinite(value) ? zero : Math.round((value - lowest) * perUnit);
    pixels[to] = map[Math.min(Math.max(code, 0), signed ? 2 * divergingZero : 255)] as number;
  }
}

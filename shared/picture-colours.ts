/** The colours of a picture, the same in the window and in files. */
import { colourMapBytes, divergingZero, type ColourMapKind, type Theme } from './colour-maps';
import type { Picture, PictureSheet } from './pictures';

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

/** The colour map of a picture that is not made of pixels. */
export function mapOf({ scale }: { readonly scale: Exclude<Picture['scale'], 'image'> }): ColourMapKind {
  return scale === 'signed' ? 'diverging' : 'sequential';
}

/**
 * Paints a picture, an RGBA pixel a cell. Of more than three channels, and of values, the first is shown; what is not
 * finite is drawn as zero.
 * @param target height x width x 4 bytes
 */
export function colourPicture(
  target: Uint8ClampedArray,
  picture: Picture,
  range: ValueRange,
  theme: Theme,
): void {
  if (picture.scale === 'image') paintPixels(target, picture);
  else paintValues(target, picture, mapOf({ scale: picture.scale }), range, theme);
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
  { shape: [, , channels], values }: Picture,
  map: ColourMapKind,
  [lowest, highest]: ValueRange,
  theme: Theme,
): void {
  const diverging = map === 'diverging';
  const colours = new Uint32Array(colourMapBytes(map, theme).buffer);
  const pixels = new Uint32Array(target.buffer, target.byteOffset, target.length / 4);
  const last = diverging ? 2 * divergingZero : 255;
  const zero = diverging ? divergingZero : 0;
  const perUnit = highest > lowest ? last / (highest - lowest) : 0;
  for (let from = 0, to = 0; to < pixels.length; from += channels, to++) {
    const value = values[from] as number;
    const code = perUnit === 0 || !Number.isFinite(value) ? zero : Math.round((value - lowest) * perUnit);
    pixels[to] = colours[Math.min(Math.max(code, 0), last)] as number;
  }
}

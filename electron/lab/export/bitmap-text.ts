/**
 * Text in images, the same on every machine: the font `Seven plus` of the package js-pixel-fonts (MIT), of which only
 * the glyphs are taken. It holds what ASCII can print; anything else is drawn as a box.
 */
import sevenPlus from 'js-pixel-fonts/data/seven-plus.json';
import { fillBox, type Raster, type Rgb } from './raster';

interface Glyph {
  /** Empty rows above. */
  readonly offset: number;
  readonly pixels: readonly (readonly number[])[];
}

const glyphs: Readonly<Record<string, Glyph>> = sevenPlus.glyphs;
const unknown: Glyph = {
  offset: 0,
  pixels: [
    [1, 1, 1, 1],
    [1, 0, 0, 1],
    [1, 0, 0, 1],
    [1, 0, 0, 1],
    [1, 0, 0, 1],
    [1, 0, 0, 1],
    [1, 1, 1, 1],
  ],
};
/** Between two letters. */
const tracking = 1;

/** From the top of a capital to the foot of a `g`, in pixels of the font. */
export const textHeight = 9;
/** From the top of a capital to the line it stands on. */
export const capHeight = 7;

/** In pixels of the font. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += glyphWidth(letter) + tracking;
  return Math.max(0, width - tracking);
}

/**
 * Draws a line of text that fits into the image.
 * @param size pixels of the image a pixel of the font
 */
export function drawText(
  raster: Raster,
  text: string,
  [left, top]: readonly [left: number, top: number],
  size: number,
  colour: Rgb,
): void {
  let x = left;
  for (const letter of text) {
    const glyph = glyphOf(letter);
    glyph.pixels.forEach((row, line) => {
      row.forEach((ink, column) => {
        if (ink === 0) return;
        fillBox(raster, x + column * size, top + (line + glyph.offset) * size, size, size, colour);
      });
    });
    x += (glyphWidth(letter) + tracking) * size;
  }
}

function glyphOf(letter: string): Glyph {
  return glyphs[letter] ?? unknown;
}

function glyphWidth(letter: string): number {
  return glyphOf(letter).pixels[0]?.length ?? 0;
}

import { Refusal } from '#shared/errors';

/** An RGB image of 8 bits a channel, row by row from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type Rgb = readonly [red: number, green: number, blue: number];

/** More pixels than this are not drawn: 192 MB, and what few viewers open. */
const mostPixels = 64_000_000;

/** An image of one colour. Refuses one that is too large to be of use. */
export function newRaster(width: number, height: number, colour: Rgb): Raster {
  if (width * height > mostPixels) {
    throw new Refusal(
      `The picture would have ${width.toLocaleString('en-US')} x ${height.toLocaleString('en-US')} pixels; ` +
        `take a smaller scale or fewer layers.`,
    );
  }
  const raster = { width, height, data: new Uint8Array(width * height * 3) };
  fillBox(raster, 0, 0, width, height, colour);
  return raster;
}

/** Fills a box that lies within the image. */
export function fillBox(
  { width: stride, data }: Raster,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: Rgb,
): void {
  for (let y = top; y < top + height; y++) {
    let at = (y * stride + left) * 3;
    for (let x = 0; x < width; x++) {
      data[at++] = red;
      data[at++] = green;
      data[at++] = blue;
    }
  }
}

/**
 * Draws a picture with whole pixels repeated: nearest neighbour.
 * @param rgba the picture at its own size
 * @param scale pixels a cell, a whole number
 */
export function drawScaled(
  raster: Raster,
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  [left, top]: readonly [left: number, top: number],
  scale: number,
): void {
  const rowBytes = width * scale * 3;
  for (let y = 0; y < height; y++) {
    const first = ((top + y * scale) * raster.width + left) * 3;
    let at = first;
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      for (let repeat = 0; repeat < scale; repeat++) {
        raster.data[at++] = rgba[from] as number;
        raster.data[at++] = rgba[from + 1] as number;
        raster.data[at++] = rgba[from + 2] as number;
      }
    }
    for (let repeat = 1; repeat < scale; repeat++) {
      raster.data.copyWithin(first + repeat * raster.width * 3, first, first + rowBytes);
    }
  }
}

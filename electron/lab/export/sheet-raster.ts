import { colourMapBytes, divergingZero, type Theme } from '#shared/colour-maps';
import { colourPicture } from '#shared/picture-colours';
import { drawText } from './bitmap-text';
import { drawScaled, fillBox, newRaster, type Raster } from './raster';
import type { PlacedMap, PlacedPicture, SheetLayout } from './sheet-layout';
import { inkOf } from './ink';

/** Draws laid-out sheets, the cells of the pictures as squares of one colour each. */
export function rasterOf(layout: SheetLayout): Raster {
  const ink = inkOf(layout.theme);
  const raster = newRaster(layout.width, layout.height, ink.ground);
  for (const placed of layout.pictures) drawPicture(raster, placed, layout.theme);
  for (const placed of layout.maps) drawMap(raster, placed, layout.theme);
  for (const { text, left, top, size, tone } of layout.texts)
    drawText(raster, text, [left, top], size, ink[tone]);
  return raster;
}

function drawPicture(
  raster: Raster,
  { picture, range, left, top, scale }: PlacedPicture,
  theme: Theme,
): void {
  const [height, width] = picture.shape;
  const rgba = new Uint8ClampedArray(height * width * 4);
  colourPicture(rgba, picture, range, theme);
  drawScaled(raster, rgba, width, height, [left, top], scale);
}

function drawMap(raster: Raster, { map, left, top, width, height }: PlacedMap, theme: Theme): void {
  const bytes = colourMapBytes(map, theme);
  const last = map === 'diverging' ? 2 * divergingZero : 255;
  for (let x = 0; x < width; x++) {
    const at = Math.round((x / Math.max(1, width - 1)) * last) * 4;
    const colour = [bytes[at], bytes[at + 1], bytes[at + 2]] as [number, number, number];
    fillBox(raster, left + x, top, 1, height, colour);
  }
}

import { colourMapBytes, divergingZero, type ColourMapKind, type Theme } from '#shared/colour-maps';
import { colourPicture } from '#shared/picture-colours';
import { capHeight } from './bitmap-text';
import { hexColour, inkOf } from './ink';
import { dataUri, escaped } from './markup';
import { png } from './png';
import { drawScaled, newRaster } from './raster';
import type { PlacedMap, PlacedPicture, PlacedText, SheetLayout } from './sheet-layout';

/**
 * Laid-out sheets as SVG 1.1: texts are text, pictures are bitmaps of a pixel a cell that viewers must not smooth
 * (`image-rendering: pixelated`, with the older `optimizeSpeed` for those that do not know it).
 */
export function svg(layout: SheetLayout, title: string): string {
  const { width, height, theme } = layout;
  const ink = inkOf(theme);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" ` +
      `height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, 'Helvetica Neue', Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<defs>${[...new Set(layout.maps.map(({ map }) => map))].map((map) => gradient(map, theme)).join('')}</defs>`,
    `<rect width="${width}" height="${height}" fill="${hexColour(ink.ground)}"/>`,
    ...layout.pictures.map((placed) => bitmap(placed, theme)),
    ...layout.maps.map(bar),
    ...layout.texts.map((placed) => text(placed, hexColour(ink[placed.tone]))),
    '</svg>',
    '',
  ].join('\n');
}

function bitmap({ picture, range, left, top, scale }: PlacedPicture, theme: Theme): string {
  const [height, width] = picture.shape;
  const rgba = new Uint8ClampedArray(height * width * 4);
  colourPicture(rgba, picture, range, theme);
  const raster = newRaster(width, height, [0, 0, 0]);
  drawScaled(raster, rgba, width, height, [0, 0], 1);
  const href = dataUri('image/png', png(raster));
  return (
    `<image x="${left}" y="${top}" width="${width * scale}" height="${height * scale}" preserveAspectRatio="none" ` +
    `image-rendering="optimizeSpeed" style="image-rendering:pixelated" xlink:href="${href}">` +
    `<title>${escaped(picture.name)}</title></image>`
  );
}

/** A capital of the bitmap font is as high as one of a font this large, give or take (Inter: 0.727 em). */
const capShare = 0.727;

function text({ text: line, left, top, size, tone }: PlacedText, fill: string): string {
  const fontSize = Number(((capHeight * size) / capShare).toFixed(2));
  const weight = tone === 'strong' ? ' font-weight="600"' : '';
  return `<text x="${left}" y="${top + capHeight * size}" font-size="${fontSize}"${weight} fill="${fill}">${escaped(line)}</text>`;
}

function bar({ map, left, top, width, height }: PlacedMap): string {
  return `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="url(#${map})"/>`;
}

const gradientSteps = 16;

function gradient(map: ColourMapKind, theme: Theme): string {
  const bytes = colourMapBytes(map, theme);
  const last = map === 'diverging' ? 2 * divergingZero : 255;
  const stops = Array.from({ length: gradientSteps + 1 }, (_, step) => {
    const at = Math.round((step / gradientSteps) * last) * 4;
    const colour = hexColour([bytes[at], bytes[at + 1], bytes[at + 2]] as [number, number, number]);
    return `<stop offset="${step / gradientSteps}" stop-color="${colour}"/>`;
  });
  return `<linearGradient id="${map}">${stops.join('')}</linearGradient>`;
}

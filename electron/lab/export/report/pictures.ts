import { colourPicture, rangeIn } from '#shared/picture-colours';
import type { Picture, PictureSheet } from '#shared/pictures';
import { dataUri, escaped } from '../markup';
import { shortNumber } from '../numbers';
import { png } from '../png';
import { drawScaled, newRaster } from '../raster';
import type { ReportedLayer } from './content';

/** A sheet's pictures beside each other. */
export function pictures(sheet: PictureSheet): string {
  return grid(sheet.pictures.map((picture) => figure([image(sheet, picture)], picture)));
}

/** Each filter's kernel over its pattern. */
export function filters({ name, kernels, patterns }: ReportedLayer): string {
  const figures = kernels.pictures.map((kernel, index) => {
    const pattern = patterns?.pictures[index];
    const images = [image(kernels, kernel)];
    if (patterns !== null && pattern !== undefined) images.push(image(patterns, pattern));
    const numbers = [...kernel.numbers, ...(pattern?.numbers ?? [])];
    return figure(images, { name: kernel.name, numbers, note: pattern?.note ?? kernel.note });
  });
  return `<h3>${escaped(name)}</h3>${grid(figures)}`;
}

function grid(figures: readonly string[]): string {
  return `<div class="pictures">${figures.join('')}</div>`;
}

function figure(
  images: readonly string[],
  { name, numbers, note }: Pick<Picture, 'name' | 'numbers' | 'note'>,
): string {
  const told = numbers.map((number) => `${escaped(number.name)} ${shortNumber(number.value)}`);
  const lines = [`<b>${escaped(name)}</b>`, ...told, ...(note === null ? [] : [escaped(note)])];
  return `<figure>${images.join('')}<figcaption>${lines.join('<br>')}</figcaption></figure>`;
}

function image(sheet: PictureSheet, picture: Picture): string {
  const [height, width] = picture.shape;
  const rgba = new Uint8ClampedArray(height * width * 4);
  colourPicture(rgba, picture, rangeIn(sheet, picture), 'dark');
  const raster = newRaster(width, height, [0, 0, 0]);
  drawScaled(raster, rgba, width, height, [0, 0], 1);
  return `<img alt="${escaped(picture.name)}" width="${width}" height="${height}" src="${dataUri('image/png', png(raster))}">`;
}

import type { BrowsedImages, BrowseRequest } from '#shared/data-survey';
import { Refusal } from '#shared/errors';
import { imageSize, type ImageSet, type ImageShape } from '#shared/images';
import { imageAt, splitOf, type SurveyedData } from './splits';

/** The longest side of a thumbnail, in pixels; smaller images are shown as they are. */
const thumbnailSide = 96;

/** Images of the bench to look at. Throws a `Refusal` for what the set does not hold. */
export function browseData(data: SurveyedData, request: BrowseRequest): BrowsedImages {
  const images = splitOf(data, request.split);
  const places = placesIn(images, request);
  const shape = thumbnailShape(data.test.shape);
  const size = imageSize(shape);
  const pixels = new Uint8Array(places.shown.length * size);
  if (images !== null) {
    places.shown.forEach((index, at) => {
      reduce(imageAt(images, index), images.shape, pixels.subarray(at * size, (at + 1) * size));
    });
  }
  return {
    total: places.total,
    shape,
    pixels,
    indices: Int32Array.from(places.shown),
    labels: Int32Array.from(places.shown, (index) => images?.labels[index] as number),
  };
}

function placesIn(
  images: ImageSet | null,
  request: BrowseRequest,
): { readonly shown: readonly number[]; readonly total: number } {
  const count = images?.count ?? 0;
  if (request.by === 'index') {
    const missing = request.indices.find((index) => index >= count);
    if (missing !== undefined) {
      throw new Refusal(`There is no ${request.split} image ${missing}: there are ${count}, counted from 0.`);
    }
    return { shown: request.indices, total: request.indices.length };
  }
  const { label, from } = request;
  const shown: number[] = [];
  let total = 0;
  for (let index = 0; index < count; index++) {
    if (label !== null && images?.labels[index] !== label) continue;
    if (total >= from && shown.length < request.count) shown.push(index);
    total++;
  }
  return { shown, total };
}

/** So many pixels a side become one. */
function reductionOf([height, width]: ImageShape): number {
  return Math.ceil(Math.max(height, width) / thumbnailSide);
}

function thumbnailShape(own: ImageShape): ImageShape {
  const each = reductionOf(own);
  return [Math.ceil(own[0] / each), Math.ceil(own[1] / each), own[2]];
}

/** Means of whole squares of pixels, smaller ones at the right and lower edges. */
function reduce(pixels: Uint8Array, own: ImageShape, target: Uint8Array): void {
  const each = reductionOf(own);
  if (each === 1) {
    target.set(pixels);
    return;
  }
  const [height, width, channels] = own;
  const [rows, columns] = thumbnailShape(own);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const rowsIn = Math.min(each, height - y * each);
      const columnsIn = Math.min(each, width - x * each);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let square = 0; square < rowsIn * columnsIn; square++) {
          const row = y * each + Math.floor(square / columnsIn);
          const column = x * each + (square % columnsIn);
          sum += pixels[(row * width + column) * channels + channel] as number;
        }
        target[(y * columns + x) * channels + channel] = Math.round(sum / (rowsIn * columnsIn));
      }
    }
  }
}

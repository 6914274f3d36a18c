import type { Theme } from '#shared/colour-maps';
import { colourPicture, type ValueRange } from '#shared/picture-colours';
import type { Picture } from '#shared/pictures';

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
  colourPicture(image.data, picture, range, theme);
  context.putImageData(image, 0, 0);
}

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

/**
 * Paints values over what is there before, the more of it covered the further they are from zero.
 * @param strength how much the furthest covers, 0 to 1
 */
export function paintOver(
  canvas: HTMLCanvasElement,
  picture: Picture,
  range: ValueRange,
  theme: Theme,
  strength: number,
): void {
  paintPicture(canvas, picture, range, theme);
  const context = canvas.getContext('2d');
  const [height, width, channels] = picture.shape;
  const furthest = Math.max(Math.abs(range[0]), Math.abs(range[1]));
  if (context === null || height === 0 || width === 0) return;
  const image = context.getImageData(0, 0, width, height);
  for (let cell = 0; cell < height * width; cell++) {
    const share = furthest === 0 ? 0 : Math.abs(picture.values[cell * channels] as number) / furthest;
    image.data[cell * 4 + 3] = 255 * strength * Math.min(1, share);
  }
  context.putImageData(image, 0, 0);
}

import type { ImageShape } from '#shared/images';

/** Paints an image of 1 or 3 channels at its own size; the page scales it. More channels show their first. */
export function paintImage(
  canvas: HTMLCanvasElement,
  pixels: Uint8Array,
  [height, width, channels]: ImageShape,
): void {
  const context = canvas.getContext('2d');
  if (context === null || height === 0 || width === 0) return;
  canvas.width = width;
  canvas.height = height;
  const image = context.createImageData(width, height);
  const colour = channels === 3;
  for (let pixel = 0; pixel < height * width; pixel++) {
    const from = pixel * channels;
    const red = pixels[from] ?? 0;
    image.data[pixel * 4] = red;
    image.data[pixel * 4 + 1] = colour ? (pixels[from + 1] ?? 0) : red;
    image.data[pixel * 4 + 2] = colour ? (pixels[from + 2] ?? 0) : red;
    image.data[pixel * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

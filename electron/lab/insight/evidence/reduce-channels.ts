/** Evidence for each channel of an image as evidence for each pixel. */
import type { ImageShape } from '#shared/images';

/** The largest magnitude over the channels, as Simonyan et al. 2014 show gradients of coloured images. */
export function largestMagnitude(values: Float32Array, shape: ImageShape): Float32Array {
  return reduced(values, shape, (largest, value) => Math.max(largest, Math.abs(value)));
}

/** What the channels of a pixel give together. */
export function sumOfChannels(values: Float32Array, shape: ImageShape): Float32Array {
  return reduced(values, shape, (sum, value) => sum + value);
}

function reduced(
  values: Float32Array,
  [height, width, channels]: ImageShape,
  join: (sofar: number, value: number) => number,
): Float32Array {
  const pixels = new Float32Array(height * width);
  values.forEach((value, index) => {
    const pixel = Math.floor(index / channels);
    pixels[pixel] = join(pixels[pixel] as number, value);
  });
  return pixels;
}

import { imageSize, type ImageSet } from '#shared/images';
import { derivedSeed } from '#shared/random';
import type { Responses } from './responses';
import type { Spectrum } from './spectrum';

/** Where the ascent of one filter begins. */
export interface Start {
  readonly channel: number;
  /** The spectrum's values; as many as an image has, so that they are made when they are needed. */
  readonly values: () => Float32Array;
}

/** What test images are known to do to the filters. */
export interface Evidence {
  readonly images: ImageSet;
  readonly responses: Responses;
}

/** Standard deviation of an image's logits: faint, so that what is drawn is the filter's and not the start's. */
const faint = 0.01;
/** Of other starts: nearly black and white. */
const strong = 2;
/** Pixels of bright and of dark starts, around which they vary. */
const levels = [0.5, 0.85, 0.15];

export function usualStart(spectrum: Spectrum, seed: number, channel: number): Start {
  return { channel, values: () => spectrum.noise(seed, channel, faint) };
}

/**
 * For a filter that nothing near grey changes: the best image that it was shown, then strong contrasts, in the middle,
 * bright and dark. Layers before it may let something through there.
 */
export function otherStarts(
  spectrum: Spectrum,
  seed: number,
  channel: number,
  evidence: Evidence | null,
): readonly Start[] {
  const size = imageSize(spectrum.shape);
  const noisy = levels.map((level, index): Start => ({
    channel,
    values: () => {
      const even = spectrum.valuesOf(new Float32Array(size).fill(level));
      const noise = spectrum.noise(derivedSeed(seed, 0x57a7, index), channel, strong);
      return even.map((value, place) => value + (noise[place] as number));
    },
  }));
  if (evidence === null) return noisy;
  const { images, responses } = evidence;
  // No image told it from another.
  if (responses.lowest[channel] === responses.highest[channel]) return noisy;
  const best = responses.bestImage[channel] as number;
  const pixels = images.pixels.subarray(best * size, (best + 1) * size);
  return [
    { channel, values: () => spectrum.valuesOf(Float32Array.from(pixels, (value) => value / 255)) },
    ...noisy,
  ];
}

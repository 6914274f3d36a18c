import { sliceImages, type ImageSet } from '#shared/images';

/** So many images tell; a network that reads them upside down in brightness does so from the first. */
const sampleSize = 200;
/** By so much more must be read right with light and dark exchanged. */
const clearDifference = 0.15;

export interface PolarityDoubt {
  readonly images: number;
  /** Shares of them that are read right. */
  readonly asTheyAre: number;
  readonly inverted: number;
}

/**
 * Asks whether a network reads images clearly better with light and dark exchanged: it then learned white on black and
 * is shown black on white, or the other way round.
 * @param accuracyOf the share of images that the network reads right
 * @returns `null` where it does not
 */
export async function doubtPolarity(
  images: ImageSet,
  accuracyOf: (images: ImageSet) => Promise<number>,
): Promise<PolarityDoubt | null> {
  const sample = sliceImages(images, 0, Math.min(sampleSize, images.count));
  if (sample.count === 0) return null;
  const asTheyAre = await accuracyOf(sample);
  if (asTheyAre > 1 - clearDifference) return null;
  const inverted = await accuracyOf({ ...sample, pixels: sample.pixels.map((value) => 255 - value) });
  return inverted - asTheyAre < clearDifference ? null : { images: sample.count, asTheyAre, inverted };
}

export function describeDoubt({ images, asTheyAre, inverted }: PolarityDoubt): string {
  const share = (value: number): string => `${(100 * value).toFixed(0)} %`;
  return (
    `Of ${images} images the network reads ${share(asTheyAre)} right as they are, and ${share(inverted)} with light and ` +
    `dark exchanged: it learned the other polarity.`
  );
}

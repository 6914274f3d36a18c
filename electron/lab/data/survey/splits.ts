import type { SplitName, SkippedFile } from '#shared/data-survey';
import { imageSize, type ImageSet } from '#shared/images';

/** The images on a bench, which are looked through. */
export interface SurveyedData {
  readonly name: string;
  readonly classes: readonly string[];
  readonly training: ImageSet;
  readonly validation: ImageSet | null;
  readonly test: ImageSet;
  readonly skipped: readonly SkippedFile[];
  /** Sentences about the source. */
  readonly notes: readonly string[];
}

export function splitOf(data: SurveyedData, split: SplitName): ImageSet | null {
  return data[split];
}

/** The pixels of one image, without a copy. */
export function imageAt({ pixels, shape }: ImageSet, index: number): Uint8Array {
  const size = imageSize(shape);
  return pixels.subarray(index * size, (index + 1) * size);
}

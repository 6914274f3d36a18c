/** Height, width and channels of an image or a feature map. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Labelled images of one size. They stay uint8 in memory and are scaled to [0, 1] when a step uses them. */
export interface ImageSet {
  readonly count: number;
  readonly shape: ImageShape;
  /** `count` images one after another, each row-major, channels last. */
  readonly pixels: Uint8Array;
  /** One class index an image. */
  readonly labels: Int32Array;
  /** How much each image counts in the loss (Keras's sample weights); without them, 1 each. */
  readonly weights?: Float32Array;
}

/** The number of values of one image of this shape. */
export function imageSize([height, width, channels]: ImageShape): number {
  return height * width * channels;
}

/** The volume that stands for a layer's values: maps as they are, two sizes as one map, units as channels of a cell. */
export function volumeOf(sizes: readonly number[]): ImageShape {
  const [first = 1, second = 1, third = 1] = sizes;
  if (sizes.length === 3) return [first, second, third];
  if (sizes.length === 2 && first > 1 && second > 1) return [first, second, 1];
  return [1, 1, sizes.reduce((product, size) => product * size, 1)];
}

/** Images `from` (inclusive) to `to` (exclusive) of a set, without a copy. */
export function sliceImages(images: ImageSet, from: number, to: number): ImageSet {
  const size = imageSize(images.shape);
  return {
    count: to - from,
    shape: images.shape,
    pixels: images.pixels.subarray(from * size, to * size),
    labels: images.labels.subarray(from, to),
    ...(images.weights !== undefined && { weights: images.weights.subarray(from, to) }),
  };
}

/**
 * Pictures of what a network holds or sees: kernels, patterns, maps and evidence. Insight makes them, export writes
 * them into files, and the window draws them.
 */
import type { ImageShape } from './images';

/** How values become colours. */
export type PictureScale =
  /** Pixels in [0, 1], of one channel or three, as they are. */
  | 'image'
  /** From 0 up: activations, saliency. The dark end is 0. */
  | 'sequential'
  /** Around 0: kernels, signed evidence. The middle is 0. */
  | 'signed';

/** A value that belongs to a picture: `norm 0.83`, `activation 4.1`. */
export interface PictureNumber {
  readonly name: string;
  readonly value: number;
}

export interface Picture {
  /** Tells it from the others of its sheet: `conv2d_1 [17]`. */
  readonly name: string;
  /** What a person should know of it, such as why it is empty; `null` for nothing. */
  readonly note: string | null;
  readonly numbers: readonly PictureNumber[];
  readonly shape: ImageShape;
  readonly scale: PictureScale;
  /** Row-major, channels last. */
  readonly values: Float32Array;
}

/** Pictures that are looked at together and share their scale where `sharedRange` says so. */
export interface PictureSheet {
  readonly title: string;
  readonly pictures: readonly Picture[];
  /** The values that the ends of the colour map stand for; `null` where each picture has its own. */
  readonly sharedRange: readonly [lowest: number, highest: number] | null;
}

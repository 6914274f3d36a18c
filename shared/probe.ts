/** The image that a network is shown, and the test images to choose it from. */
import { z } from 'zod';
import type { ImageShape } from './images';

/** The largest file of a picture that a window shows the network. */
export const maxPictureBytes = 16 * 2 ** 20;

/** The largest drawing that is read, in pixels a side. */
export const maxDrawingSide = 512;

export const probeChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sample'), index: z.number().int().min(0) }),
  /** White on black, one byte a pixel; the lab centres and scales it as MNIST was made. */
  z
    .strictObject({
      kind: z.literal('drawing'),
      side: z.number().int().min(8).max(maxDrawingSide),
      pixels: z.instanceof(Uint8Array),
    })
    .refine(({ side, pixels }) => pixels.length === side * side, 'pixels must hold side x side bytes'),
  /** A picture's file: PNG, JPEG, WebP or BMP. */
  z.strictObject({
    kind: z.literal('image'),
    bytes: z
      .instanceof(Uint8Array)
      .refine(({ length }) => length <= maxPictureBytes, 'a picture may have 16 MB at most'),
  }),
]);
export type ProbeChoice = Readonly<z.infer<typeof probeChoice>>;

export const sampleRange = z.strictObject({
  from: z.number().int().min(0),
  count: z.number().int().min(1).max(1000),
});
export type SampleRange = Readonly<z.infer<typeof sampleRange>>;

/** Test images to pick a probe from. */
export interface Samples {
  readonly from: number;
  readonly total: number;
  readonly shape: ImageShape;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

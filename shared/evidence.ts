/** What the window and the terminal may ask about what a network sees in an image, and the answers. */
import { z } from 'zod';
import type { ProbeSource } from './frames';
import type { Picture } from './pictures';

/** Chosen by the window: progress and `cancelInsight` name the request by it. One window uses none twice at a time. */
const id = z.number().int().min(0).default(0);
const index = z.number().int().min(0).max(1_000_000);
const layerName = z.string().min(1).max(512);

// --------------------------------------------------------------------------------------------------- evidence

/** `null` for the last layer whose feature maps have more than one cell. */
const layerWithMaps = layerName.nullable().default(null);

const side = z.number().int().min(1).max(4096);
const sides = z
  .union([side, z.tuple([side, side])])
  .nullable()
  .default(null);

/** How evidence is drawn from a network; docs/insight.md gives definitions and sources. */
export const evidenceMethod = z.discriminatedUnion('kind', [
  /** The gradient of the logit. */
  z.strictObject({ kind: z.literal('saliency') }),
  /** The mean gradient of noisy copies of the image. */
  z.strictObject({
    kind: z.literal('smooth-grad'),
    samples: z.number().int().min(1).max(1000).default(50),
    /** Standard deviation of the noise, in units of the [0, 1] of a pixel. */
    sigma: z.number().min(0).max(10).default(0.15),
    seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  }),
  z.strictObject({ kind: z.literal('gradient-times-input') }),
  z.strictObject({
    kind: z.literal('integrated-gradients'),
    steps: z.number().int().min(1).max(1000).default(50),
    /** The value of every pixel of the image where the path begins. */
    baseline: z.number().min(0).max(1).default(0),
  }),
  z.strictObject({ kind: z.literal('guided-backpropagation') }),
  z.strictObject({ kind: z.literal('grad-cam'), layer: layerWithMaps }),
  z.strictObject({ kind: z.literal('grad-cam-plus-plus'), layer: layerWithMaps }),
  z.strictObject({
    kind: z.literal('occlusion'),
    /** Height and width of the patch in pixels; `null` for a seventh of the image. */
    patch: sides,
    /** How far the patch moves; `null` for half of the patch. */
    stride: sides,
    /** The value of the patch, in [0, 1]. */
    fill: z.number().min(0).max(1).default(0),
    /** What the patch is seen to change. */
    of: z.enum(['logit', 'probability']).default('logit'),
  }),
]);
export type EvidenceMethod = Readonly<z.infer<typeof evidenceMethod>>;

export const evidenceRequest = z.strictObject({
  id,
  method: evidenceMethod,
  /** The class that evidence is sought for. */
  class: z.union([index, z.literal('predicted')]).default('predicted'),
});
export type EvidenceRequest = Readonly<z.infer<typeof evidenceRequest>>;

/** What in one image speaks for a class. */
export interface EvidenceMaps {
  /** The request as it was answered, with everything that it left open: layer, patch, stride. */
  readonly method: EvidenceMethod;
  readonly classIndex: number;
  /** The most probable class. */
  readonly predicted: number;
  /** Of `classIndex`, before the softmax or sigmoid. */
  readonly logit: number;
  /** Of `classIndex`; `null` where the network ends in its logits. */
  readonly probability: number | null;
  /** What the network was shown. */
  readonly image: Picture;
  /**
   * As large as the image and of one channel. Gradients are reduced over the channels of the image: saliency and
   * SmoothGrad by the largest magnitude, the others by the sum; Grad-CAM is enlarged bilinearly.
   */
  readonly map: Picture;
  /** Before that: each channel of the image by itself, the cells of the layer, or the places of the patch. */
  readonly raw: Picture;
}

/** Evidence for the probe on the bench. */
export interface Evidence extends EvidenceMaps {
  readonly probe: ProbeSource;
  /** Steps that the network had been trained. */
  readonly step: number;
  readonly className: string;
}

// ------------------------------------------------------------------------------------------------- top images

export const topImagesRequest = z.strictObject({
  id,
  layer: layerName,
  channels: z.array(index).min(1).max(256),
  /** How many images for each channel. */
  count: z.number().int().min(1).max(100).default(9),
  /** Whether the strongest cell of the map counts, or the mean of all. */
  by: z.enum(['max', 'mean']).default('max'),
  /** Only the first so many test images are searched; `null` for all. */
  limit: z.number().int().min(1).max(10_000_000).nullable().default(null),
});
export type TopImagesRequest = Readonly<z.infer<typeof topImagesRequest>>;

/** A part of an image, in pixels. */
export interface ImageRegion {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** An image that excites a filter. */
export interface TopImage {
  /** Its place in the test images, counted from 0. */
  readonly index: number;
  readonly label: number;
  /** The strongest cell of the map, or the mean of all, as the request had it. */
  readonly activation: number;
  /** The map's strongest cell. */
  readonly cell: readonly [row: number, column: number];
  /** What that cell sees of the image. */
  readonly region: ImageRegion;
  readonly image: Picture;
  /** The region, cut out. */
  readonly patch: Picture;
}

export interface TopImagesOfChannel {
  readonly channel: number;
  /** Why there is nothing to see, as a sentence; `null` otherwise. */
  readonly note: string | null;
  /** The strongest first; images that do not excite the filter (0 or less) are left out. */
  readonly images: readonly TopImage[];
}

/** The images of a set that excite filters most. */
export interface TopImageLists {
  readonly layer: string;
  readonly by: TopImagesRequest['by'];
  /** Images that were searched. */
  readonly searched: number;
  /** Height and width of what one cell sees, in pixels; `null` where it is the whole image. */
  readonly receptiveField: readonly [height: number, width: number] | null;
  /** In the order asked for. */
  readonly channels: readonly TopImagesOfChannel[];
}

/** Those of the test images, for the network on the bench. */
export interface TopImages extends TopImageLists {
  /** Steps that the network had been trained. */
  readonly step: number;
}

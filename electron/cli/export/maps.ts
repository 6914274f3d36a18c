import { imageOf } from './image';
import type { KindOfExport } from './kinds';

/** Feature maps of an image. */
export const maps: KindOfExport = {
  takes: ['layer', 'image'],
  work: ({ layer = null, image }) => ({ kind: 'maps', layer, image: imageOf(image) }),
};

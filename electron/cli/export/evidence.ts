import { imageOf } from './image';
import type { KindOfExport } from './kinds';

/** Methods that are shown side by side where none is named. */
const usualMethods = ['saliency', 'integrated-gradients', 'guided-backpropagation', 'grad-cam', 'occlusion'];
const atALayer: readonly string[] = ['grad-cam', 'grad-cam-plus-plus'];

/** What in an image speaks for a class. */
export const evidence: KindOfExport = {
  takes: ['image', 'class', 'method', 'layer', 'seed', 'steps'],
  work: ({ image, class: classIndex, method = usualMethods, layer, seed, steps }) => ({
    kind: 'evidence',
    image: imageOf(image),
    class: classIndex,
    methods: method.map((kind) => ({
      kind,
      ...(atALayer.includes(kind) && layer !== undefined && { layer }),
      ...(kind === 'smooth-grad' && seed !== undefined && { seed }),
      ...(kind === 'integrated-gradients' && steps !== undefined && { steps }),
    })),
  }),
};

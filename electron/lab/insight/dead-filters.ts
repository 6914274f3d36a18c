import type { DeadFilters } from '#shared/api';
import type { ModelSummary } from '#shared/summary';
import { imageSize, type ImageSet } from '#shared/images';
import type { TrainingStep } from '../engine/training-step';

/** A filter that none of so many images excites is called dead. */
const imagesShown = 64;

/** What is needed to look for them. */
export interface ExaminedNetwork {
  readonly step: TrainingStep;
  readonly info: { readonly summary: ModelSummary };
  /** Images that the network was not trained on. */
  readonly test: ImageSet;
}

/**
 * Filters behind a relu whose feature map is zero everywhere for every image shown: no gradient reaches them any
 * more, and no training brings them back (Maas et al. 2013 call them dead units).
 */
export function findDeadFilters({ step, info, test }: ExaminedNetwork): readonly DeadFilters[] {
  const rectified = new Set(info.summary.layers.filter(isRectifiedMap).map(({ name }) => name));
  const alive = new Map<string, Uint8Array>();
  const size = imageSize(test.shape);
  for (let image = 0; image < Math.min(imagesShown, test.count) && rectified.size > 0; image++) {
    const { layers } = step.activations(test.pixels.subarray(image * size, (image + 1) * size));
    for (const { name, shape, values } of layers) {
      if (!rectified.has(name)) continue;
      const channels = shape[2];
      const seen = alive.get(name) ?? new Uint8Array(channels);
      alive.set(name, seen);
      for (let i = 0; i < values.length; i++) if (values[i] !== 0) seen[i % channels] = 1;
    }
  }
  return [...alive].flatMap(([layer, seen]) => {
    const channels = [...seen.keys()].filter((channel) => seen[channel] === 0);
    return channels.length === 0 ? [] : [{ layer, channels, of: seen.length }];
  });
}

function isRectifiedMap({ activation, outputShape }: ModelSummary['layers'][number]): boolean {
  return activation === 'relu' && outputShape.length === 3;
}

import { Affine, Normalization } from '../keras-config/own-layers/affine';
import { z } from 'zod';
import { Refusal } from '#shared/errors';
import { usualPreprocessing, type Preprocessing } from '#shared/spec';
import type { LayersNetwork } from '../opened-model';
import type { ModelFiles } from './files';
import { parseJson } from './json';

/**
 * What a network does to its input by itself tells what the input should be: one that begins by scaling 0..255 down, or
 * by taking off a mean that it holds, wants pixels as they are.
 */
export function preprocessingIn({ model }: LayersNetwork): Preprocessing | null {
  const [first] = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  const scalesPixels = first instanceof Affine && first.scale.every((scale) => Math.abs(scale) < 0.05);
  return scalesPixels || first instanceof Normalization ? asTheyAre : null;
}

const teachableMachine = z.looseObject({ packageName: z.literal('@teachablemachine/image') });

/** What a file beside the model says: Teachable Machine's models, which carry a metadata.json, read -1 to 1. */
export async function preprocessingBeside(files: ModelFiles): Promise<Preprocessing | null> {
  try {
    const size = await files.size('metadata.json');
    if (size === null) return null;
    const stated = parseJson(await files.read('metadata.json', 1024 * 1024), 'metadata.json');
    return teachableMachine.safeParse(stated).success ? { ...asTheyAre, range: [-1, 1] } : null;
  } catch (thrown) {
    // It is not the model: a broken one tells nothing.
    if (thrown instanceof Refusal) return null;
    throw thrown;
  }
}

const asTheyAre: Preprocessing = { ...usualPreprocessing, range: [0, 255] };

import { Affine, Normalization } from '../keras-config/own-layers/affine';
import type { LayersNetwork, Preprocessing } from '../opened-model';

/**
 * What a network does to its input by itself tells what the input should be: one that begins by scaling 0..255 down, or
 * by taking off a mean that it holds, wants pixels as they are.
 */
export function preprocessingIn({ model }: LayersNetwork): Preprocessing | null {
  const [first] = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  const scalesPixels = first instanceof Affine && first.scale.every((scale) => Math.abs(scale) < 0.05);
  return scalesPixels || first instanceof Normalization ? asTheyAre : null;
}

const asTheyAre: Preprocessing = { range: [0, 255], channelOrder: 'rgb', mean: null, deviation: null };

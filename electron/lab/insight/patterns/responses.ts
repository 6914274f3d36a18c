import * as tf from '@tensorflow/tfjs';
import { imageSize, type ImageSet } from '#shared/images';
import type { FrozenNetwork } from '../frozen-network';
import { yieldTo, type InsightWatch } from '../watch';
import { objectives, type Objective } from './objective';
import type { Target } from './target';

/** Values that a batch may make in all layers. */
const batchValues = 2 ** 26;

/** What a set of images does to every filter of a layer. */
export interface Responses {
  readonly images: number;
  /** The best objective of any image, a value a channel, and whose it is. */
  readonly best: Float32Array;
  readonly bestImage: Int32Array;
  /** The lowest and highest value of any cell of any image, before the activation. */
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
}

/** Shows the network the images. @param valuesEach how many values it makes of one */
export async function responsesTo(
  images: ImageSet,
  network: FrozenNetwork,
  target: Target,
  objective: Objective,
  valuesEach: number,
  watch: InsightWatch,
): Promise<Responses> {
  const { channels } = target;
  const best = new Float32Array(channels).fill(-Infinity);
  const bestImage = new Int32Array(channels);
  const lowest = new Float32Array(channels).fill(Infinity);
  const highest = new Float32Array(channels).fill(-Infinity);
  const size = imageSize(images.shape);
  const batch = Math.min(images.count, Math.max(1, Math.min(250, Math.floor(batchValues / valuesEach))));
  for (let from = 0; from < images.count; from += batch) {
    const count = Math.min(batch, images.count - from);
    const pixels = images.pixels.subarray(from * size, (from + count) * size);
    const found = network.run(() => respond(target, objective, scaled(pixels, [count, ...images.shape])));
    for (let channel = 0; channel < channels; channel++) {
      for (let index = 0; index < count; index++) {
        const value = found.objectives[index * channels + channel] as number;
        if (value > (best[channel] as number)) {
          best[channel] = value;
          bestImage[channel] = from + index;
        }
      }
      lowest[channel] = Math.min(lowest[channel] as number, found.lowest[channel] as number);
      highest[channel] = Math.max(highest[channel] as number, found.highest[channel] as number);
    }
    watch.report('Showing images to the filters', (from + count) / images.count);
    await yieldTo(watch);
  }
  return { images: images.count, best, bestImage, lowest, highest };
}

/** The objective of every filter for every image, and over all images the lowest and highest cell of each. */
function respond(
  target: Target,
  objective: Objective,
  images: tf.Tensor4D,
): { readonly objectives: Float32Array; readonly lowest: Float32Array; readonly highest: Float32Array } {
  const maps = target.maps(images);
  const cells = maps.reshape([-1, target.channels]);
  return {
    objectives: objectives(objective, maps).dataSync<'float32'>(),
    lowest: cells.min(0).dataSync<'float32'>(),
    highest: cells.max(0).dataSync<'float32'>(),
  };
}

function scaled(pixels: Uint8Array, shape: [number, number, number, number]): tf.Tensor4D {
  return tf.tensor4d(
    Float32Array.from(pixels, (value) => value / 255),
    shape,
  );
}

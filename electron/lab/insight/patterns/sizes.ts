import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import type { PatternsRequest } from '#shared/insight';
import type { Target } from './target';

/** Of images, where neither the network nor the request says it. */
const usualSide = 128;

/** The size of the images to be made. Throws a `Refusal` where the network's channels are not known. */
export function imageShapeFor(target: Target, size: PatternsRequest['size']): ImageShape {
  const [, height, width, channels] = target.graph.input.shape;
  if (channels === null || channels === undefined) {
    throw new Refusal(
      `The network ${target.graph.model.name} does not say how many channels its images have, so that none can be made.`,
    );
  }
  return [size?.height ?? height ?? usualSide, size?.width ?? width ?? usualSide, channels];
}

/** About how many values the layers up to the target make of one image of this size. */
export function valuesOfOneImage({ graph, layer }: Target, [height, width, channels]: ImageShape): number {
  const [, ownHeight, ownWidth] = graph.input.shape;
  const enlarged = (height / (ownHeight ?? height)) * (width / (ownWidth ?? width));
  const { layers } = graph.model;
  const needed = layers.slice(0, layers.indexOf(layer) + 1);
  const values = needed
    // Layers may be called more than once.
    .flatMap(({ inboundNodes }) => inboundNodes.flatMap(({ outputTensors }) => outputTensors))
    .map((symbol) => sizeOf(symbol, height, width));
  return Math.max(height * width * channels, values.reduce((sum, value) => sum + value, 0) * enlarged);
}

function sizeOf({ shape }: tf.SymbolicTensor, height: number, width: number): number {
  const unknown = [height, width];
  return shape.slice(1).reduce<number>((product, size) => product * (size ?? unknown.shift() ?? 1), 1);
}

import * as tf from '@tensorflow/tfjs';

/** Weights in units of the objective's pull, whose root mean square over an image is 1. */
export interface Penalties {
  readonly totalVariation: number;
  readonly l2: number;
  readonly blur: number;
}

/** Keeps the gradient of the total variation finite where neighbours are equal. */
const smoothing = 1e-4;

/** The gradient of the penalties on images in [0, 1]; `null` where there are none. Must be called in a scope. */
export function penaltyGradient(images: tf.Tensor4D, { totalVariation, l2 }: Penalties): tf.Tensor4D | null {
  const parts: tf.Tensor4D[] = [];
  if (totalVariation > 0) parts.push(totalVariationGradient(images).mul(totalVariation));
  if (l2 > 0) parts.push(images.sub(0.5).mul(2 * l2));
  const [first, ...rest] = parts;
  return first === undefined ? null : rest.reduce<tf.Tensor4D>((sum, part) => sum.add(part), first);
}

/** Of the sum of |differences of neighbours| along both axes (Mahendran and Vedaldi 2015, beta = 1). */
function totalVariationGradient(images: tf.Tensor4D): tf.Tensor4D {
  return along(images, 1).add(along(images, 2));
}

function along(images: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const length = images.shape[axis];
  const part = (from: number): tf.Tensor4D => {
    const begin = [0, 0, 0, 0] as [number, number, number, number];
    const size = [...images.shape] as [number, number, number, number];
    begin[axis] = from;
    size[axis] = length - 1;
    return images.slice(begin, size);
  };
  const difference = part(1).sub(part(0));
  const sign: tf.Tensor4D = difference.div(difference.square().add(smoothing).sqrt());
  const padded = (before: number): tf.Tensor4D => {
    const pads: [number, number][] = [0, 1, 2, 3].map((other) =>
      other === axis ? [before, 1 - before] : [0, 0],
    );
    return tf.pad(sign, pads);
  };
  return padded(1).sub(padded(0));
}

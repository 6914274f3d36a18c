import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageSet, ImageShape } from '#shared/images';
import type { Preprocessing } from '#shared/spec';

/** LeNet reads 32 x 32: MNIST's digits with two empty pixels around (LeCun et al. 1998, section II.B). */
export const leNetMargin = 2;

/**
 * Makes images into the input of a network: scaled to its range, resized, with as many channels as it reads, in the
 * order it reads them. Must be called in a tidy scope. Throws a `Refusal` where no image could be such an input.
 * @param inputShape with the batch dimension; unknown sizes are taken from the images
 */
export function fitImages(
  images: ImageSet,
  inputShape: readonly (number | null)[],
  preprocessing: Preprocessing,
): tf.Tensor {
  const [height, width, channels] = images.shape;
  const pixels = tf
    .tensor4d(images.pixels, [images.count, height, width, channels], 'int32')
    .toFloat() as tf.Tensor4D;
  const layout = layoutOf(inputShape.slice(1), images.shape);
  // Before anything is put around them: the margin is what the network knows as empty.
  const lit = preprocessing.inverted ? tf.sub<tf.Tensor4D>(255, pixels) : pixels;
  const sized = resized(lit, layout.height ?? height, layout.width ?? width);
  const coloured = withChannels(sized, layout.channels ?? channels);
  const ready = scaled(coloured, preprocessing);
  const [finalHeight, finalWidth, finalChannels] = ready.shape.slice(1) as [number, number, number];
  switch (layout.order) {
    case 'channels last':
      return ready;
    case 'channels first':
      return ready.transpose([0, 3, 1, 2]);
    case 'no channels':
      return ready.reshape([images.count, finalHeight, finalWidth]);
    case 'flat':
      return ready.reshape([images.count, finalHeight * finalWidth * finalChannels]);
  }
}

/** How a network's input lies in memory, and the size of image that it takes. */
export interface InputLayout {
  readonly order: 'channels last' | 'channels first' | 'no channels' | 'flat';
  /** `null` as the images have it. */
  readonly height: number | null;
  readonly width: number | null;
  readonly channels: number | null;
}

/**
 * How images of one shape lie in an input. Throws a `Refusal` where they cannot.
 * @param sizes the input's, without the batch dimension
 */
export function layoutOf(sizes: readonly (number | null)[], shape: ImageShape): InputLayout {
  const [first = null, second = null, third = null] = sizes;
  switch (sizes.length) {
    case 3: {
      const channelsFirst = isChannels(first) && !isChannels(third);
      return channelsFirst
        ? { order: 'channels first', height: second, width: third, channels: first }
        : { order: 'channels last', height: first, width: second, channels: third };
    }
    case 2:
      return { order: 'no channels', height: first, width: second, channels: 1 };
    case 1:
      return flatLayout(first, shape);
    default:
      throw new Refusal(`The network reads ${sizes.join(' x ')} values, which is no image.`);
  }
}

/** Images laid out in a row: as they are, in grey, or as a square. */
function flatLayout(length: number | null, [height, width, channels]: ImageSet['shape']): InputLayout {
  if (length === null || length === height * width * channels) {
    return { order: 'flat', height, width, channels };
  }
  const side = Math.sqrt(length);
  if (!Number.isInteger(side)) {
    throw new Refusal(
      `The network reads ${length} values in a row, which images of ${height} x ${width} do not fill.`,
    );
  }
  return { order: 'flat', height: side, width: side, channels: 1 };
}

function isChannels(size: number | null): boolean {
  return size === 1 || size === 3;
}

function resized(images: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  const [, ownHeight, ownWidth] = images.shape;
  if (ownHeight === height && ownWidth === width) return images;
  if (height === ownHeight + 2 * leNetMargin && width === ownWidth + 2 * leNetMargin) {
    const margin: [number, number] = [leNetMargin, leNetMargin];
    return images.pad([[0, 0], margin, margin, [0, 0]]);
  }
  return tf.image.resizeBilinear(images, [height, width], false, true);
}

/** How much red, green and blue count in a grey (ITU-R BT.601). */
export const luma = [0.299, 0.587, 0.114] as const;

/** Grey is repeated for every colour; colour becomes grey by its luma. */
function withChannels(images: tf.Tensor4D, channels: number): tf.Tensor4D {
  const own = images.shape[3];
  if (own === channels) return images;
  if (own === 1 && channels === 3) return images.tile([1, 1, 1, channels]);
  if (own === 3 && channels === 1) return images.mul(tf.tensor1d([...luma])).sum(3, true);
  throw new Refusal(`The network reads images of ${channels} channels, but these have ${own}.`);
}

function scaled(
  images: tf.Tensor4D,
  { range: [from, to], channelOrder, mean, deviation }: Preprocessing,
): tf.Tensor4D {
  const ranged: tf.Tensor4D = images.mul((to - from) / 255).add(from);
  const ordered = channelOrder === 'bgr' && images.shape[3] === 3 ? ranged.reverse(3) : ranged;
  const centred: tf.Tensor4D = mean === null ? ordered : ordered.sub(tf.tensor1d([...mean]));
  return deviation === null ? centred : centred.div(tf.tensor1d([...deviation]));
}

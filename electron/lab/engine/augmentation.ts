import * as tf from '@tensorflow/tfjs';
import type { AugmentationSpec } from '#shared/spec';
import { attributes, DataType, nativeBackend } from './native';
import type { Noise } from './noise';

/** What is drawn for an image, each from a stream of its own, apart from those of the layers. */
const streams = {
  shiftX: 0x10001,
  shiftY: 0x10002,
  rotate: 0x10003,
  zoom: 0x10004,
  flip: 0x10005,
  noise: 0x10006,
};

/**
 * Moves, turns, scales, mirrors and disturbs each image of a batch by amounts of its own; what comes in from outside
 * is black. Images are float32 in [0, 1] and stay so.
 */
export function augment(images: tf.Tensor4D, spec: AugmentationSpec, noise: Noise): tf.Tensor4D {
  const moves = spec.shift > 0 || spec.rotate > 0 || spec.zoom > 0 || spec.flipHorizontal;
  const moved = moves ? transform(images, transforms(images.shape, spec, noise)) : images;
  if (spec.noise === 0) return moved;
  const disturbed = moved.add(noise.normal(images.shape, streams.noise).mul(spec.noise));
  return disturbed.clipByValue(0, 1) as tf.Tensor4D;
}

/**
 * Where each output pixel comes from, as rows (a0, a1, a2, b0, b1, b2, 0, 0): pixel (x, y) is read at
 * (a0 x + a1 y + a2, b0 x + b1 y + b2), the form of ImageProjectiveTransformV3.
 */
function transforms(
  [count, height, width]: readonly [number, number, number, number],
  { shift, rotate, zoom, flipHorizontal }: AugmentationSpec,
  noise: Noise,
): tf.Tensor2D {
  /** Evenly between -limit and limit, one for each image. */
  const within = (limit: number, stream: number): tf.Tensor =>
    limit === 0
      ? tf.zeros([count])
      : noise
          .uniform([count], stream)
          .sub(0.5)
          .mul(2 * limit);
  const angle = within((rotate * Math.PI) / 180, streams.rotate);
  const size = within(zoom, streams.zoom).add(1);
  const side = flipHorizontal
    ? noise.uniform([count], streams.flip).less(0.5).cast('float32').mul(2).sub(1)
    : tf.ones([count]);
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const fromX = within(shift * width, streams.shiftX).add(centreX);
  const fromY = within(shift * height, streams.shiftY).add(centreY);

  const a0 = angle.cos().mul(side).div(size);
  const a1 = angle.sin().neg().div(size);
  const b0 = angle.sin().mul(side).div(size);
  const b1 = angle.cos().div(size);
  const a2 = a0.mul(fromX).add(a1.mul(fromY)).neg().add(centreX);
  const b2 = b0.mul(fromX).add(b1.mul(fromY)).neg().add(centreY);
  const zero = tf.zeros([count]);
  return tf.stack([a0, a1, a2, b0, b1, b2, zero, zero], 1) as tf.Tensor2D;
}

/** The native backend of TensorFlow.js lacks the kernel, though TensorFlow has it. */
function transform(images: tf.Tensor4D, rows: tf.Tensor2D): tf.Tensor4D {
  const native = nativeBackend();
  const [, height, width] = images.shape;
  if (native === null) return tf.image.transform(images, rows, 'bilinear', 'constant', 0, [height, width]);
  const form = attributes(native, {
    types: { dtype: DataType.float },
    strings: { interpolation: 'BILINEAR', fill_mode: 'CONSTANT' },
  });
  const inputs = [images, rows, tf.tensor1d([height, width], 'int32'), tf.scalar(0)];
  return native.executeMultipleOutputs('ImageProjectiveTransformV3', form, inputs, 1)[0] as tf.Tensor4D;
}

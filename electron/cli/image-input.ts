import * as tf from '@tensorflow/tfjs';
import type { Preprocessing } from '#shared/spec';
import { decodeImage } from '../lab/data/images/decode';
import { readPicture } from '../lab/data/images/read-picture';
import { fitImages } from '../lab/model/fit-images';

/** An image file as the values of a network's input. */
export async function imageInput(
  path: string,
  inputShape: readonly (number | null)[],
  preprocessing: Preprocessing,
): Promise<Float32Array> {
  const name = `The image ${path}`;
  const { height, width, channels, pixels } = await decodeImage(await readPicture(path, name), {}, name);
  const images = { count: 1, shape: [height, width, channels] as const, pixels, labels: new Int32Array(1) };
  return tf.tidy(() => Float32Array.from(fitImages(images, inputShape, preprocessing).dataSync<'float32'>()));
}

import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import type { ExportImage } from '#shared/export';
import { Refusal } from '#shared/errors';
import { imageSize, type ImageShape } from '#shared/images';
import { usualPreprocessing } from '#shared/spec';
import type { OpeningWatch } from '../../data/data-set';
import { decodeImage } from '../../data/images/decode';
import { readPicture } from '../../data/images/read-picture';
import { fitImages } from '../../model/fit-images';
import type { OpenedSubject } from './subject';

/** What a network is shown. */
export interface ShownImage {
  /** For titles: `test image 12`. */
  readonly title: string;
  readonly shape: ImageShape;
  /** In [0, 1], row-major, channels last. */
  readonly values: Float32Array;
  /** Of the values. */
  readonly sha256: string;
}

/** Opens an image and makes it one that the network reads: resized, in grey or colour. Throws a `Refusal`. */
export async function shownImage(
  image: ExportImage,
  opened: OpenedSubject,
  watch: OpeningWatch,
): Promise<ShownImage> {
  const { title, shape, pixels } = await pixelsOf(image, opened, watch);
  const { inputShape } = opened;
  const values = tf.tidy(() => {
    const images = { count: 1, shape, pixels, labels: new Int32Array(1) };
    return Float32Array.from(fitImages(images, [1, ...inputShape], usualPreprocessing).dataSync<'float32'>());
  });
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { title, shape: inputShape, values, sha256: createHash('sha256').update(bytes).digest('hex') };
}

interface Pixels {
  readonly title: string;
  readonly shape: ImageShape;
  readonly pixels: Uint8Array;
}

async function pixelsOf(image: ExportImage, opened: OpenedSubject, watch: OpeningWatch): Promise<Pixels> {
  switch (image.kind) {
    case 'test': {
      const { count, shape, pixels, labels } = await opened.testImages(watch);
      if (image.index >= count) {
        throw new Refusal(
          `There is no test image ${image.index}: the data has ${count.toLocaleString('en-US')}, counted from 0.`,
        );
      }
      const size = imageSize(shape);
      const label = labels[image.index] as number;
      const title = `test image ${image.index} (${opened.classes?.[label] ?? label})`;
      return { title, shape, pixels: pixels.subarray(image.index * size, (image.index + 1) * size) };
    }
    case 'file': {
      const name = `The image ${image.path}`;
      const { height, width, channels, pixels } = await decodeImage(
        await readPicture(image.path, name),
        {},
        name,
      );
      return {
        title: image.path.split(/[/\\]/).at(-1) ?? image.path,
        shape: [height, width, channels],
        pixels,
      };
    }
    case 'probe':
      throw new Refusal('Only the window knows which image the lab shows; name a test image or a file.');
    case 'pixels': {
      const pixels = new Uint8Array(Buffer.from(image.base64, 'base64'));
      if (pixels.length !== imageSize(image.shape)) {
        throw new Refusal(
          `The image holds ${pixels.length} bytes where ${image.shape.join(' x ')} are due; export it anew.`,
        );
      }
      return { title: 'a drawing', shape: image.shape, pixels };
    }
  }
}

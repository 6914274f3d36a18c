import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { decode, hasPngSignature } from 'fast-png';
import { Refusal } from '#shared/errors';
import type { Preprocessing } from '#shared/spec';
import { fitImages } from '../lab/model/fit-images';

const largestImage = 64 * 1024 * 1024;

/** An image file as the values of a network's input. */
export async function imageInput(
  path: string,
  inputShape: readonly (number | null)[],
  preprocessing: Preprocessing,
): Promise<Float32Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Refusal(`The image ${path} cannot be read: check that the file exists.`, { cause });
  });
  const { shape, pixels } = decoded(bytes, path);
  const images = { count: 1, shape, pixels, labels: new Int32Array(1) };
  return tf.tidy(() => Float32Array.from(fitImages(images, inputShape, preprocessing).dataSync<'float32'>()));
}

interface Picture {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly pixels: Uint8Array;
}

/** Grey or colour of 8 bits; what is transparent is seen on white. */
function decoded(bytes: Uint8Array, path: string): Picture {
  const png = png8(bytes, path);
  const colours = png.channels < 3 ? 1 : 3;
  const withAlpha = png.channels === colours + 1;
  const pixels = new Uint8Array(png.width * png.height * colours);
  for (let pixel = 0; pixel < png.width * png.height; pixel++) {
    const from = pixel * png.channels;
    const alpha = withAlpha ? (png.data[from + colours] as number) / 255 : 1;
    for (let colour = 0; colour < colours; colour++) {
      const value = png.data[from + colour] as number;
      pixels[pixel * colours + colour] = Math.round(value * alpha + 255 * (1 - alpha));
    }
  }
  return { shape: [png.height, png.width, colours], pixels };
}

interface Png8 {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

function png8(bytes: Uint8Array, path: string): Png8 {
  try {
    if (bytes.length > largestImage || !hasPngSignature(bytes)) throw new Error('no PNG');
    const { width, height, channels, depth, data, palette } = decode(bytes);
    if (palette !== undefined) return { width, height, channels: 3, data: fromPalette(data, palette) };
    if (depth === 8) return { width, height, channels, data: Uint8Array.from(data) };
    if (depth === 16) return { width, height, channels, data: Uint8Array.from(data, (value) => value >> 8) };
    throw new Error(`${String(depth)} bits a channel`);
  } catch (cause) {
    throw new Refusal(`The image ${path} is no PNG that can be read; save it as a PNG of 8 bits a channel.`, {
      cause,
    });
  }
}

function fromPalette(indices: ArrayLike<number>, palette: readonly (readonly number[])[]): Uint8Array {
  const pixels = new Uint8Array(indices.length * 3);
  Array.from(indices).forEach((index, pixel) => {
    pixels.set((palette[index] ?? [0, 0, 0]).slice(0, 3), pixel * 3);
  });
  return pixels;
}

import { Refusal } from '#shared/errors';
import { imageSize, type ImageSet, type ImageShape } from '#shared/images';
import type { DecodedImage } from './decode';

/** The most bytes that the images of one split may take. */
const mostBytes = 2 ** 32 - 1;

/** Takes decoded images at their places, grey until the first colour comes, and gives those that came as a set. */
export class PixelStore {
  readonly #count: number;
  readonly #size: readonly [height: number, width: number];
  readonly #present: Uint8Array;
  #channels: 1 | 3;
  #pixels: Uint8Array;

  /** @param folder how the set is called in messages */
  constructor(folder: string, count: number, size: readonly [number, number], channels: 1 | 3) {
    if (count * size[0] * size[1] * 3 > mostBytes) {
      throw new Refusal(
        `${count.toLocaleString('en-US')} images of ${size.join(' x ')} from ${folder} would take more than 4 GB; ` +
          `take fewer or make them smaller.`,
      );
    }
    this.#count = count;
    this.#size = size;
    this.#channels = channels;
    this.#present = new Uint8Array(count);
    this.#pixels = new Uint8Array(count * imageSize(this.shape));
  }

  get shape(): ImageShape {
    return [...this.#size, this.#channels];
  }

  get channels(): 1 | 3 {
    return this.#channels;
  }

  put(index: number, { channels, pixels }: DecodedImage): void {
    if (channels > this.#channels) this.widen();
    const size = imageSize(this.shape);
    const own = this.#pixels.subarray(index * size, (index + 1) * size);
    if (channels === this.#channels) own.set(pixels);
    else repeat(pixels, own);
    this.#present[index] = 1;
  }

  /** Makes what is grey into colour. */
  widen(): void {
    if (this.#channels === 3) return;
    const grey = this.#pixels;
    this.#channels = 3;
    this.#pixels = new Uint8Array(3 * grey.length);
    repeat(grey, this.#pixels);
  }

  /** @param labels of all places; those that stayed empty are left out */
  images(labels: readonly number[]): ImageSet {
    const size = imageSize(this.shape);
    const kept: number[] = [];
    for (let index = 0; index < this.#count; index++) {
      if (this.#present[index] === 0) continue;
      if (kept.length !== index)
        this.#pixels.copyWithin(kept.length * size, index * size, (index + 1) * size);
      kept.push(labels[index] as number);
    }
    return {
      count: kept.length,
      shape: this.shape,
      pixels: this.#pixels.subarray(0, kept.length * size),
      labels: Int32Array.from(kept),
    };
  }
}

function repeat(grey: Uint8Array, target: Uint8Array): void {
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const value = grey[pixel] as number;
    target[3 * pixel] = value;
    target[3 * pixel + 1] = value;
    target[3 * pixel + 2] = value;
  }
}

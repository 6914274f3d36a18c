import type { ProbeChoice } from '#shared/probe';
import { Refusal } from '#shared/errors';
import type { ProbeSource } from '#shared/frames';
import { imageSize, type ImageSet, type ImageShape } from '#shared/images';
import { centreDrawing } from '../data/drawing';
import { decodeImage } from '../data/images/decode';

/** The image that the network is shown. */
export interface Probe {
  readonly source: ProbeSource;
  readonly pixels: Uint8Array;
}

/** A choice as it is kept: pictures fitted to the network's images. */
export type KeptChoice =
  | Exclude<ProbeChoice, { readonly kind: 'image' }>
  | {
      readonly kind: 'picture';
      /** The file, to fit it to another network. */
      readonly bytes: Extract<ProbeChoice, { readonly kind: 'image' }>['bytes'];
      readonly shape: ImageShape;
      readonly pixels: Uint8Array;
    };

/**
 * Decodes a picture that was dropped or pasted: its middle, as large as fits, scaled to the network's images. Throws a
 * `Refusal` where it is none that can be read.
 */
export async function keepChoice(choice: ProbeChoice, shape: ImageShape): Promise<KeptChoice> {
  if (choice.kind !== 'image') return choice;
  const [height, width, channels] = shape;
  if (channels !== 1 && channels !== 3) {
    throw new Refusal(`The network reads images of ${channels} channels, which no picture has.`);
  }
  const { bytes } = choice;
  const { pixels } = await decodeImage(bytes, { size: [height, width], fit: 'cover', channels });
  return { kind: 'picture', bytes, shape, pixels };
}

/**
 * Makes the chosen image fit the network: test images as they are, drawings centred as MNIST's digits are, pictures
 * resized. Drawings are made dark on light where the test images are.
 */
export function openProbe(choice: KeptChoice, test: ImageSet): Probe {
  switch (choice.kind) {
    case 'sample': {
      const { index } = choice;
      if (test.count === 0 && index === 0) {
        return { source: { kind: 'blank' }, pixels: new Uint8Array(imageSize(test.shape)) };
      }
      if (index >= test.count) {
        throw new Refusal(`There is no test image ${index}: the set has ${test.count}, counted from 0.`);
      }
      const size = imageSize(test.shape);
      return {
        source: { kind: 'sample', index, label: test.labels[index] as number },
        pixels: test.pixels.subarray(index * size, (index + 1) * size),
      };
    }
    case 'drawing': {
      const pixels = centreDrawing(choice.pixels, choice.side, test.shape);
      return {
        source: { kind: 'drawing' },
        pixels: darkOnLight(test) ? pixels.map((value) => 255 - value) : pixels,
      };
    }
    case 'picture':
      if (choice.shape.join() !== test.shape.join())
        throw new Error('A picture was not fitted to the network.');
      return { source: { kind: 'image' }, pixels: choice.pixels };
  }
}

/** A choice that any set of images can answer. */
export const firstSample: KeptChoice = { kind: 'sample', index: 0 };

/** Of so many images the edges tell what a set's background is. */
const imagesLookedAt = 32;

/** Whether most of what lies at the edges of the images is light, as paper is. */
function darkOnLight({ count, shape, pixels }: ImageSet): boolean {
  let sum = 0;
  let values = 0;
  for (let image = 0; image < Math.min(count, imagesLookedAt); image++) {
    for (const at of edgeOf(shape)) {
      sum += pixels[image * imageSize(shape) + at] as number;
      values++;
    }
  }
  // Photographs are neither: only a background that is plainly light turns a drawing around.
  return values > 0 && sum / values > 200;
}

function* edgeOf([height, width, channels]: ImageShape): Generator<number> {
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) yield (y * width + x) * channels;
  }
}

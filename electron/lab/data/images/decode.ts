import sharp, { type Sharp } from 'sharp';
import { Refusal } from '#shared/errors';
import { bmpSize, decodeBmp } from './bmp';
import { imageFormatOf, otherKindOf } from './format';

/** A picture as a network may see it: grey or red, green and blue, bytes, row by row from the top left. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** `height * width * channels` values. */
  readonly pixels: Uint8Array;
}

export interface DecodeOptions {
  /** What is seen through transparent pixels, and beside pictures that are fitted into another shape. */
  readonly background?: 'white' | 'black';
  /** Resizes; without it the picture keeps its own size. */
  readonly size?: readonly [height: number, width: number] | null;
  /** What becomes of a picture whose aspect is another: it is stretched, shown whole between bars, or cut. */
  readonly fit?: 'stretch' | 'contain' | 'cover';
  /** `null` for 1 where red, green and blue are the same in every pixel, else 3. */
  readonly channels?: 1 | 3 | null;
}

/** The largest file that is read. */
export const largestImageBytes = 64 * 2 ** 20;
/** The most pixels that a picture may have: a file of a few kilobytes can announce billions. */
export const maxImagePixels = 64 * 2 ** 20;
/** A colour of a lossy picture of something grey strays by so much. */
const greyTolerance = 2;

const colours = { white: '#fff', black: '#000' } as const;
const fits = { stretch: 'fill', contain: 'contain', cover: 'cover' } as const;

// Files are decoded side by side on threads of their own, one thread each; none is read twice.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a PNG, JPEG, WebP or BMP, told apart by content: turned upright by its EXIF orientation, 16 bits a channel
 * cut to 8, CMYK and palettes made RGB, transparency laid on the background, embedded colour profiles left aside as
 * Keras and PyTorch do, of animations the first picture. Work is done on threads of libvips. Throws an `UnreadableImage`.
 * @param name how the file is called in messages
 */
export async function decodeImage(
  bytes: Uint8Array,
  options: DecodeOptions = {},
  name = 'The image',
): Promise<DecodedImage> {
  const { background = 'white', size = null, fit = 'stretch', channels = null } = options;
  try {
    const upright = picture(bytes).autoOrient().flatten({ background: colours[background] });
    const [height, width] = size ?? [];
    const sized =
      height === undefined || width === undefined
        ? upright
        : upright.resize({
            height,
            width,
            fit: fits[fit],
            background: colours[background],
            kernel: 'linear',
          });
    const { data, info } = await sized
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return withChannels({ height: info.height, width: info.width, pixels: data }, info.channels, channels);
  } catch (thrown) {
    throw new UnreadableImage(name, thrown);
  }
}

/** Height and width as they will be decoded, from the header alone. Throws an `UnreadableImage`. */
export async function imageSizeOf(
  bytes: Uint8Array,
  name = 'The image',
): Promise<{ readonly height: number; readonly width: number }> {
  try {
    if (requireFormat(bytes) === 'BMP') return bmpSize(bytes);
    const { autoOrient } = await sharp(bytes, inputOptions).metadata();
    return { height: autoOrient.height, width: autoOrient.width };
  } catch (thrown) {
    throw new UnreadableImage(name, thrown);
  }
}

const inputOptions = {
  limitInputPixels: maxImagePixels,
  failOn: 'error',
  ignoreIcc: true,
  sequentialRead: true,
} as const;

function picture(bytes: Uint8Array): Sharp {
  if (requireFormat(bytes) !== 'BMP') return sharp(bytes, inputOptions);
  const { width, height, pixels } = decodeBmp(bytes, maxImagePixels);
  return sharp(pixels, { raw: { width, height, channels: 4 } });
}

function requireFormat(bytes: Uint8Array) {
  if (bytes.length > largestImageBytes)
    throw new Error(`it is larger than ${largestImageBytes / 2 ** 20} MB`);
  const format = imageFormatOf(bytes);
  if (format === null) throw new Error(`it is ${otherKindOf(bytes)}; PNG, JPEG, WebP and BMP are read`);
  return format;
}

/** A file that is no picture, or none that can be read. */
export class UnreadableImage extends Refusal {
  /** Half a sentence: `it is cut short`. */
  readonly reason: string;

  constructor(name: string, cause: unknown) {
    const reason = reasonOf(cause);
    super(`${name} cannot be read: ${reason}.`, { cause });
    this.reason = reason;
  }
}

/** libvips speaks in several lines, each begun by the name of its part. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/exceeds pixel limit/.test(message))
    return `it has more than ${maxImagePixels / 2 ** 20} million pixels`;
  if (/^it /.test(message)) return message;
  return /premature end|truncat|end of (?:file|stream)|out of (?:order )?data|not enough/i.test(message)
    ? 'it is cut short'
    : 'it is damaged';
}

type Pixels = Omit<DecodedImage, 'channels'>;

function withChannels(image: Pixels, found: number, wanted: 1 | 3 | null): DecodedImage {
  if (found === 1) {
    return wanted === 3
      ? { ...image, channels: 3, pixels: repeated(image.pixels) }
      : { ...image, channels: 1 };
  }
  const asGrey = wanted === 1 || (wanted === null && isGrey(image.pixels));
  return asGrey ? { ...image, channels: 1, pixels: greyOf(image.pixels) } : { ...image, channels: 3 };
}

/** Whether red, green and blue are the same in every pixel, but for what lossy formats stray. */
export function isGrey(pixels: Uint8Array): boolean {
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at] as number, pixels[at + 1] as number, pixels[at + 2] as number];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > greyTolerance) return false;
  }
  return true;
}

/** The luma of ITU-R BT.601, as Pillow's and TensorFlow's conversions to grey. */
export function greyOf(pixels: Uint8Array): Uint8Array {
  const grey = new Uint8Array(pixels.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const [red, green, blue] = [pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2]] as [
      number,
      number,
      number,
    ];
    grey[pixel] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return grey;
}

function repeated(grey: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(grey.length * 3);
  grey.forEach((value, pixel) => pixels.fill(value, pixel * 3, pixel * 3 + 3));
  return pixels;
}

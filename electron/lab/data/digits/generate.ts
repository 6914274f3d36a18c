import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImageSet, ImageShape } from '#shared/images';
import { derivedSeed } from '#shared/random';
import type { OpeningWatch } from '../data-set';
import { distort, type Distortion } from './distortion';
import { pressPen } from './pressure';
import { randomStream, type RandomStream } from './random';
import { imageSide, rasterise } from './rasterise';
import type { Style } from './skeletons';
import { penPath, writeStrokes, type Hand } from './strokes';
import { digitStyles } from './styles';

export const digitShape: ImageShape = [imageSide, imageSide, 1];
const imageBytes = imageSide * imageSide;
const digits = digitStyles.length;
/** Images drawn before others get their turn: about 10 ms. */
const sliceImages = 250;
const reportedImages = 1000;

/** Which stream of seeds a split draws from, so that no test image was ever a training image. */
const splitStream = { training: 1, test: 2 } as const;
export type DigitSplit = keyof typeof splitStream;

const hand: Hand = { jitter: 3.5, strokeShift: 2.5, endChange: 0.15 };
const page: Distortion = {
  stretch: [0.65, 1.5],
  slant: { mean: 0.12, deviation: 0.25 },
  rotation: 0.12,
  warp: 9,
};

/** How broad each digit is written, relative to its skeletons. */
const breadths = [1, 1, 1.12, 1.05, 1, 1.15, 0.95, 1.05, 1.05, 0.95] as const;

/**
 * Draws the first `count` images of a split. Image i depends on the seed, the split and i alone, so fewer images are
 * a prefix of more; each ten in a row are the ten digits in random order.
 */
export async function generateDigits(
  seed: number,
  split: DigitSplit,
  count: number,
  watch: OpeningWatch,
): Promise<ImageSet> {
  const pixels = new Uint8Array(count * imageBytes);
  const labels = new Int32Array(count);
  const label = `Drawing ${count.toLocaleString('en')} ${split} digits`;
  for (let from = 0; from < count; from += sliceImages) {
    watch.signal.throwIfAborted();
    if (from % reportedImages === 0) watch.report({ label, fraction: from / count });
    const to = Math.min(count, from + sliceImages);
    for (let i = from; i < to; i++) {
      const digit = labelOf(seed, split, i);
      labels[i] = digit;
      drawDigit(digit, randomStream(derivedSeed(seed, splitStream[split], 1, i)), pixels, i * imageBytes);
    }
    await nextTurn();
  }
  watch.report({ label, fraction: 1 });
  return { count, shape: digitShape, pixels, labels };
}

const order = new Int32Array(digits);

/** Shuffles the ten digits of the image's group of ten (Fisher and Yates). */
function labelOf(seed: number, split: DigitSplit, index: number): number {
  const place = index % digits;
  const random = randomStream(derivedSeed(seed, splitStream[split], 0, (index - place) / digits));
  for (let i = 0; i < digits; i++) {
    const other = random.integer(i + 1);
    order[i] = order[other] as number;
    order[other] = i;
  }
  return order[place] as number;
}

const path = penPath();

/** Writes one digit, white on black, into 28 x 28 bytes at `start`. */
export function drawDigit(digit: number, random: RandomStream, pixels: Uint8Array, start: number): void {
  writeStrokes(chooseStyle(digitStyles[digit] ?? [], random), hand, random, path);
  distort(path, page, breadths[digit] ?? 1, random);
  pressPen(path, digit === 1 ? random.between(0.85, 1.4) : 1, random);
  rasterise(path, random.between(1, 1.8), pixels, start);
}

function chooseStyle(styles: readonly Style[], random: RandomStream): Style {
  let rest = random.uniform() * styles.reduce((sum, { share }) => sum + share, 0);
  for (const style of styles) {
    rest -= style.share;
    if (rest < 0) return style;
  }
  return styles[styles.length - 1] as Style;
}

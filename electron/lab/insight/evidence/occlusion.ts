/** Occlusion: how much the class loses when a patch of the image is covered (Zeiler and Fergus 2014, arXiv:1311.2901). */
import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import type { EvidenceMethod } from '#shared/evidence';
import { batchesOf, imageTensor, inBatches, type Subject } from './subject';

type Pair = readonly [height: number, width: number];
type OcclusionMethod = Extract<EvidenceMethod, { kind: 'occlusion' }>;

export interface OcclusionOptions extends Pick<OcclusionMethod, 'fill' | 'of'> {
  readonly patch: Pair;
  readonly stride: Pair;
}

export interface Occlusion {
  /** In the shape of the image, of one channel: the mean loss over the patches that cover a pixel. */
  readonly map: Float32Array;
  /** The loss of the logit (or of the probability) for each place of the patch. */
  readonly losses: Float32Array;
  /** Places of the patch. */
  readonly places: Pair;
}

const mostPlaces = 20_000;

/** What a request leaves open: a seventh of the image for the patch, half the patch for the stride. */
export function occlusionOptions(method: OcclusionMethod, [height, width]: ImageShape): OcclusionOptions {
  const seventh = Math.max(1, Math.round(Math.min(height, width) / 7));
  const patch = pairOf(method.patch ?? seventh);
  const stride = pairOf(method.stride ?? [half(patch[0]), half(patch[1])]);
  return { patch, stride, fill: method.fill, of: method.of };
}

const half = (length: number): number => Math.max(1, Math.floor(length / 2));
const pairOf = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value);

/**
 * Patches begin in the upper left corner and move by the stride until they reach the far edges, where they are cut off:
 * the places and the mean over overlapping patches are those of captum's `Occlusion`. The patch covers every channel.
 * Throws a `Refusal` for a patch larger than the image, a stride that leaves pixels out, and too many places.
 */
export async function occlusion(subject: Subject, options: OcclusionOptions): Promise<Occlusion> {
  const { image, shape } = subject;
  const { patch, stride, fill, of } = options;
  check(shape, options);
  const places: Pair = [
    placesAlong(shape[0], patch[0], stride[0]),
    placesAlong(shape[1], patch[1], stride[1]),
  ];
  const [rows, columns] = places;
  if (rows * columns > mostPlaces) {
    throw new Refusal(
      `A patch that moves by ${stride.join(' x ')} covers ${rows * columns} places of the image, more than ` +
        `${mostPlaces}; let it move further.`,
    );
  }
  const regionOf = (place: number): Region =>
    regionAt(Math.floor(place / columns) * stride[0], (place % columns) * stride[1], patch, shape);
  const whole = scoresOf(subject, of, () => imageTensor(subject))[0] as number;
  const losses = new Float32Array(rows * columns);
  await inBatches(batchesOf(subject, losses.length, 'Covering the image'), (from, to) => {
    const batch = new Float32Array((to - from) * image.length);
    for (let place = from; place < to; place++) {
      const copy = batch.subarray((place - from) * image.length, (place - from + 1) * image.length);
      copy.set(image);
      cover(copy, shape, regionOf(place), fill);
    }
    const scores = scoresOf(subject, of, () => tf.tensor4d(batch, [to - from, ...shape]));
    scores.forEach((score, index) => (losses[from + index] = whole - score));
  });
  return { map: meanOverPatches(shape, losses, regionOf), losses, places };
}

function scoresOf(
  { network, scores, classIndex }: Subject,
  of: OcclusionOptions['of'],
  images: () => tf.Tensor4D,
): Float32Array {
  return network.run(() => {
    const logits = scores.logits(images());
    const asked = of === 'logit' ? logits : scores.probabilities(logits);
    if (asked === null) {
      throw new Refusal('The network ends in its logits and gives no probabilities; ask for the logit.');
    }
    return scores.logitOf(classIndex, asked).dataSync<'float32'>();
  });
}

interface Region {
  readonly top: number;
  readonly left: number;
  /** Exclusive. */
  readonly bottom: number;
  readonly right: number;
}

function regionAt(top: number, left: number, patch: Pair, [height, width]: ImageShape): Region {
  return { top, left, bottom: Math.min(top + patch[0], height), right: Math.min(left + patch[1], width) };
}

function placesAlong(length: number, patch: number, stride: number): number {
  return Math.ceil((length - patch) / stride) + 1;
}

function cover(image: Float32Array, [, width, channels]: ImageShape, region: Region, fill: number): void {
  for (let y = region.top; y < region.bottom; y++) {
    const row = y * width;
    image.fill(fill, (row + region.left) * channels, (row + region.right) * channels);
  }
}

function meanOverPatches(
  [height, width]: ImageShape,
  losses: Float32Array,
  regionOf: (place: number) => Region,
): Float32Array {
  const sums = new Float32Array(height * width);
  const counts = new Float32Array(height * width);
  losses.forEach((loss, place) => {
    const { top, left, bottom, right } = regionOf(place);
    for (let y = top; y < bottom; y++) {
      for (let i = y * width + left; i < y * width + right; i++) {
        sums[i] = (sums[i] as number) + loss;
        counts[i] = (counts[i] as number) + 1;
      }
    }
  });
  return sums.map((sum, index) => sum / (counts[index] as number));
}

function check([height, width]: ImageShape, { patch, stride }: OcclusionOptions): void {
  if (patch[0] > height || patch[1] > width) {
    throw new Refusal(
      `A patch of ${patch.join(' x ')} does not fit the image of ${height} x ${width}; choose a smaller one.`,
    );
  }
  if (stride[0] > patch[0] || stride[1] > patch[1]) {
    throw new Refusal(
      `A patch of ${patch.join(' x ')} that moves by ${stride.join(' x ')} leaves pixels out; let it move by no ` +
        `more than its size.`,
    );
  }
}

import * as tf from '@tensorflow/tfjs';
import { imageSize, type ImageShape } from '#shared/images';
import type { FrozenNetwork } from '../frozen-network';
import { yieldTo, type InsightWatch } from '../watch';
import type { ClassScores } from './class-scores';

/** What evidence is drawn from: a network, one image, and a class. */
export interface Subject {
  readonly network: FrozenNetwork;
  readonly scores: ClassScores;
  /** In [0, 1], row-major, channels last. */
  readonly image: Float32Array;
  readonly shape: ImageShape;
  readonly classIndex: number;
  readonly watch: InsightWatch;
}

/** The image as a batch of one. Must be called in a scope. */
export function imageTensor({ image, shape }: Pick<Subject, 'image' | 'shape'>): tf.Tensor4D {
  return tf.tensor4d(image, [1, ...shape]);
}

/** Values that the largest layer may make of a batch: 64 MB of them. */
const mostValues = 16 * 1024 * 1024;
const mostImages = 64;

/** As many images as a network is shown at once: enough to keep the cores busy, few enough for its largest layer. */
export function batchSizeFor({ model }: FrozenNetwork, shape: ImageShape): number {
  const sizes = model.layers.map(({ outputShape }) =>
    [outputShape[0]].flat().length === 1 ? valuesOf(outputShape as (number | null)[]) : 0,
  );
  const largest = Math.max(imageSize(shape), ...sizes);
  return Math.max(1, Math.min(mostImages, Math.floor(mostValues / largest)));
}

function valuesOf(shape: readonly (number | null)[]): number {
  return shape.slice(1).reduce<number>((product, size) => product * (size ?? 1), 1);
}

export interface Batches {
  /** Images in all, and at once. */
  readonly count: number;
  readonly size: number;
  /** What is done, for the bar. */
  readonly label: string;
  readonly watch: InsightWatch;
}

/**
 * Work on images in batches, letting other work of the process (such as training) in between. Throws a `Refusal` once it
 * was cancelled.
 * @param work one batch, from (inclusive) to (exclusive)
 */
export async function inBatches(
  { count, size, label, watch }: Batches,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += size) {
    if (from > 0) await yieldTo(watch);
    const to = Math.min(from + size, count);
    work(from, to);
    watch.report(label, to / count);
  }
}

/** Batches of what the subject's network is shown. */
export function batchesOf(subject: Subject, count: number, label: string): Batches {
  return { count, size: batchSizeFor(subject.network, subject.shape), label, watch: subject.watch };
}

import { sliceImages, type ImageSet } from '#shared/images';
import type { Evaluation } from '#shared/evaluation';
import type { ProbedNetwork, TrainingStep } from '../engine/training-step';
import { judge } from './confusion';

/** Large enough to be fast, small enough for the memory of a small GPU and for the window to stay answered. */
const evaluationBatch = 250;

export interface Score {
  /** Mean cross-entropy over all images. */
  readonly loss: number;
  /** Share of images read right, 0 to 1. */
  readonly accuracy: number;
}

/**
 * Scores a network on labelled images, batch by batch, letting other work of the process in between.
 * @param proceed asked before every batch; `false` ends the evaluation early
 * @returns `null` when it was ended early
 */
export async function evaluate(
  step: TrainingStep,
  images: ImageSet,
  proceed: (done: number) => boolean = () => true,
): Promise<Score | null> {
  let lossSum = 0;
  let correct = 0;
  for (let from = 0; from < images.count; from += evaluationBatch) {
    if (!proceed(from)) return null;
    const batch = sliceImages(images, from, Math.min(from + evaluationBatch, images.count));
    const metrics = step.evaluate(batch);
    lossSum += metrics.loss * metrics.count;
    correct += metrics.correct;
    await new Promise(setImmediate);
  }
  return { loss: lossSum / images.count, accuracy: correct / images.count };
}

/** Reads every image and tells class by class what was mistaken for what. */
export async function evaluateClasses(
  network: ProbedNetwork,
  images: ImageSet,
  classes: number,
): Promise<Evaluation> {
  const probabilities = new Float32Array(images.count * classes);
  for (let from = 0; from < images.count; from += evaluationBatch) {
    const to = Math.min(from + evaluationBatch, images.count);
    probabilities.set(await network.predict(sliceImages(images, from, to)), from * classes);
    await new Promise(setImmediate);
  }
  return judge(images, probabilities, classes);
}

/** The numbers of a training that never took place: a loss that falls, an accuracy that follows it. */
import type { EpochMetrics, Evaluation } from '#shared/api';
import { derivedSeed } from '#shared/random';

/** Between 0 and 1, the same for the same step. */
export function noiseAt(step: number): number {
  return derivedSeed(23, step) / 2 ** 32;
}

export function lossAt(step: number): number {
  return 2 * Math.exp(-step / 90) + 0.35 * Math.exp(-step / 1200) + 0.02;
}

export function batchLoss(step: number): number {
  return lossAt(step) * (0.7 + 0.6 * noiseAt(step));
}

export function batchAccuracy(step: number): number {
  return Math.min(1, accuracyOf(lossAt(step)) + (noiseAt(step + 1) - 0.5) * 0.06);
}

export function accuracyOf(loss: number): number {
  return Math.max(0.1, 1 - loss * 0.3);
}

/** The epoch whose last batch was `step`, counted from 0, as the means of its batches. */
export function epochEnding(step: number, stepsPerEpoch: number, learningRate: number): EpochMetrics {
  const steps = Array.from({ length: stepsPerEpoch }, (_, index) => step - index);
  const mean = (of: (step: number) => number): number =>
    steps.reduce((sum, each) => sum + of(each), 0) / stepsPerEpoch;
  const validationLoss = lossAt(step) * 1.15;
  return {
    epoch: (step + 1) / stepsPerEpoch,
    loss: mean(batchLoss),
    accuracy: mean(batchAccuracy),
    validationLoss,
    validationAccuracy: accuracyOf(validationLoss),
    learningRate,
    imagesPerSecond: 4267,
    seconds: 11.2,
    deadFilters: [],
  };
}

/** As if every twentieth image of a class were taken for the next class. */
export function fakeEvaluation(step: number, images: number, classes: number): Evaluation {
  const support = Math.floor(images / classes);
  const wrong = Math.floor(support / 20);
  const confusion = new Int32Array(classes * classes);
  for (let label = 0; label < classes; label++) {
    confusion[label * classes + label] = support - wrong;
    confusion[label * classes + ((label + 1) % classes)] = wrong;
  }
  const share = (support - wrong) / support;
  return {
    images,
    loss: lossAt(step),
    accuracy: share,
    topK: { k: 5, accuracy: 1 },
    classes: Array.from({ length: classes }, () => ({
      correct: support - wrong,
      support,
      precision: share,
      recall: share,
    })),
    confusion,
    mistakes: Int32Array.from({ length: wrong * classes }, (_, index) => index * 20),
  };
}

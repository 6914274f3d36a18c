/** The numbers of a training that never took place: a loss that falls, an accuracy that follows it. */
import type { DeadFilters, EpochMetrics } from '#shared/api';
import type { ClassScore, Evaluation } from '#shared/evaluation';
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
export function epochEnding(
  step: number,
  stepsPerEpoch: number,
  learningRate: number,
  deadFilters: readonly DeadFilters[],
): EpochMetrics {
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
    deadFilters,
  };
}

/** As if every twentieth image of a class were taken for the next class, and some of the first for the last. */
export function fakeEvaluation(
  step: number,
  images: number,
  labels: Int32Array,
  classes: number,
): Evaluation {
  const confusion = new Int32Array(classes * classes);
  const mistakes: {
    readonly image: number;
    readonly label: number;
    readonly readAs: number;
    readonly confidence: number;
  }[] = [];
  for (let image = 0; image < images; image++) {
    const label = labels[image % labels.length] ?? 0;
    const wrong = derivedSeed(29, image) % 20 === 0;
    const readAs = wrong ? (label + 1 + (derivedSeed(31, image) % 4 === 0 ? label : 0)) % classes : label;
    const cell = label * classes + readAs;
    confusion[cell] = (confusion[cell] ?? 0) + 1;
    if (readAs !== label) mistakes.push({ image, label, readAs, confidence: 0.4 + 0.6 * noiseAt(image) });
  }
  mistakes.sort((a, b) => b.confidence - a.confidence);
  const kept = mistakes.slice(0, 1000);
  return {
    images,
    loss: lossAt(step),
    accuracy: 1 - mistakes.length / images,
    topK: { k: 3, accuracy: 1 - mistakes.length / images / 4 },
    classes: Array.from({ length: classes }, (_, index) => fakeScore(confusion, classes, index)),
    confusion,
    mistakes: {
      images: Int32Array.from(kept, ({ image }) => image),
      labels: Int32Array.from(kept, ({ label }) => label),
      readAs: Int32Array.from(kept, ({ readAs }) => readAs),
      confidences: Float32Array.from(kept, ({ confidence }) => confidence),
    },
  };
}

function fakeScore(confusion: Int32Array, classes: number, index: number): ClassScore {
  const all = [...Array(classes).keys()];
  const sum = (cells: readonly number[]): number =>
    cells.reduce((total, cell) => total + (confusion[cell] ?? 0), 0);
  const support = sum(all.map((other) => index * classes + other));
  const correct = confusion[index * classes + index] ?? 0;
  const precision = correct / sum(all.map((other) => other * classes + index));
  return { correct, support, precision, recall: correct / support };
}

import { describe, expect, it } from 'vitest';
import type { ImageSet } from '#shared/images';
import { judge } from '../../../../../electron/lab/training/confusion';
import reference from '../../../../fixtures/sklearn/classification.json';

const images: ImageSet = {
  count: reference.labels.length,
  shape: [1, 1, 1],
  pixels: new Uint8Array(reference.labels.length),
  labels: Int32Array.from(reference.labels),
};

describe('an evaluation', () => {
  const { classes } = reference;
  const evaluation = judge(images, Float32Array.from(reference.probabilities.flat()), classes);

  it('counts as scikit-learn does', () => {
    expect([...evaluation.confusion]).toEqual(reference.confusion.flat());
    expect(evaluation.accuracy).toBeCloseTo(reference.accuracy, 10);
    expect(evaluation.topK.accuracy).toBeCloseTo(reference.top3, 10);
    expect(evaluation.loss).toBeCloseTo(reference.logLoss, 5);
    evaluation.classes.forEach(({ precision, recall, support }, index) => {
      expect(precision).toBeCloseTo(reference.precision[index] as number, 10);
      expect(recall).toBeCloseTo(reference.recall[index] as number, 10);
      expect(support).toBe(reference.support[index]);
    });
  });

  it('lists mistakes, the most confident first', () => {
    expect(evaluation.mistakes.images).toHaveLength(Math.round(images.count * (1 - reference.accuracy)));
    const confidences = [...evaluation.mistakes.images].map((image) =>
      Math.max(...(reference.probabilities[image] as number[])),
    );
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    expect([...evaluation.mistakes.confidences]).toEqual(confidences.map(Math.fround));
  });

  it('says what each mistake was read as', () => {
    const counted = new Int32Array(classes * classes);
    const { images: misread, labels, readAs } = evaluation.mistakes;
    expect([...labels]).toEqual([...misread].map((image) => images.labels[image]));
    readAs.forEach((reading, at) => {
      const cell = (labels[at] as number) * classes + reading;
      counted[cell] = (counted[cell] as number) + 1;
    });
    const off = evaluation.confusion.map((count, cell) => (cell % (classes + 1) === 0 ? 0 : count));
    expect(counted).toEqual(off);
  });

  it('has no precision for a class that is never predicted', () => {
    const { classes: scores } = judge({ ...images, count: 1 }, Float32Array.of(1, 0, 0, 0), 4);
    expect(scores[3]).toEqual({ correct: 0, support: 0, precision: NaN, recall: NaN });
  });
});

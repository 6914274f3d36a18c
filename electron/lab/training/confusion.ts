import type { ClassScore, Evaluation, Mistakes } from '#shared/evaluation';
import type { ImageSet } from '#shared/images';

/** Top-k accuracy counts an image as read when its class is among the k most probable ones. */
const topK = 3;

/** The most confident mistakes that are worth a look, enough to look for one kind of them. */
const mistakesKept = 1000;

interface Mistake {
  readonly image: number;
  readonly label: number;
  readonly readAs: number;
  readonly confidence: number;
}

/**
 * What a network reads right and what it mistakes for what.
 * @param probabilities one row of `classes` values an image
 */
export function judge(images: ImageSet, probabilities: Float32Array, classes: number): Evaluation {
  const confusion = new Int32Array(classes * classes);
  const mistakes: Mistake[] = [];
  let lossSum = 0;
  let amongTop = 0;
  for (let image = 0; image < images.count; image++) {
    const row = probabilities.subarray(image * classes, (image + 1) * classes);
    const label = images.labels[image] as number;
    const own = row[label] as number;
    const above = countAbove(row, own);
    const predicted = above === 0 ? label : argMax(row);
    const cell = label * classes + predicted;
    confusion[cell] = (confusion[cell] as number) + 1;
    if (above < topK) amongTop++;
    lossSum -= Math.log(Math.max(own, smallestProbability));
    if (predicted !== label) {
      mistakes.push({ image, label, readAs: predicted, confidence: row[predicted] as number });
    }
  }
  const scores = Array.from({ length: classes }, (_, index) => classScore(confusion, classes, index));
  return {
    images: images.count,
    loss: lossSum / images.count,
    accuracy: scores.reduce((sum, { correct }) => sum + correct, 0) / images.count,
    topK: { k: topK, accuracy: amongTop / images.count },
    classes: scores,
    confusion,
    mistakes: mostConfident(mistakes),
  };
}

function mostConfident(mistakes: Mistake[]): Mistakes {
  const kept = mistakes.sort((a, b) => b.confidence - a.confidence).slice(0, mistakesKept);
  return {
    images: Int32Array.from(kept, ({ image }) => image),
    labels: Int32Array.from(kept, ({ label }) => label),
    readAs: Int32Array.from(kept, ({ readAs }) => readAs),
    confidences: Float32Array.from(kept, ({ confidence }) => confidence),
  };
}

/** Keras clips probabilities at its epsilon before it takes the logarithm (keras.config.epsilon()). */
const smallestProbability = 1e-7;

function countAbove(row: Float32Array, value: number): number {
  let count = 0;
  for (const other of row) if (!(other <= value)) count++;
  return count;
}

function argMax(row: Float32Array): number {
  let best = 0;
  for (let index = 1; index < row.length; index++)
    if ((row[index] as number) > (row[best] as number)) best = index;
  return best;
}

/** Precision and recall are NaN where nothing was predicted as, or belongs to, the class. */
function classScore(confusion: Int32Array, classes: number, index: number): ClassScore {
  let predicted = 0;
  let support = 0;
  for (let other = 0; other < classes; other++) {
    predicted += confusion[other * classes + index] as number;
    support += confusion[index * classes + other] as number;
  }
  const correct = confusion[index * classes + index] as number;
  return { correct, support, precision: correct / predicted, recall: correct / support };
}

import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { sliceImages, type ImageSet } from '#shared/images';
import type { Preprocessing } from '#shared/spec';
import { fitImages } from '../model/fit-images';
import { whyIncomplete, type OpenedModel } from '../model/opened-model';
import type { Score } from './evaluate';

const evaluationBatch = 100;
/** What probabilities are kept from 0 and 1 by (keras.config.epsilon). */
const smallestProbability = 1e-7;

/**
 * Scores an opened network on labelled images by its last output, letting other work of the process in between.
 * Throws a `Refusal` where it does not end in one value a class.
 * @param proceed asked before every batch; `false` ends the evaluation early
 * @returns `null` when it was ended early
 */
export async function evaluateModel(
  model: OpenedModel,
  images: ImageSet,
  preprocessing: Preprocessing,
  proceed: (done: number) => boolean = () => true,
): Promise<Score | null> {
  requireComplete(model);
  const each = batchOf(model);
  let lossSum = 0;
  let correct = 0;
  for (let from = 0; from < images.count; from += each) {
    if (!proceed(from)) return null;
    const batch = sliceImages(images, from, Math.min(from + each, images.count));
    const scores = await scoresOf(model, batch, preprocessing);
    const read = judge(scores, batch);
    lossSum += read.lossSum;
    correct += read.correct;
    await new Promise(setImmediate);
  }
  return { loss: lossSum / images.count, accuracy: correct / images.count };
}

function requireComplete({ format, network }: OpenedModel): void {
  const why = whyIncomplete(network);
  if (why !== null) throw new Refusal(`This ${format} reads no images, as ${why}.`);
}

/** Graphs may be made for a fixed number of images at a time. */
function batchOf({ network }: OpenedModel): number {
  const [input] = network.kind === 'layers' ? network.model.inputs : network.inputs;
  return input?.shape[0] ?? evaluationBatch;
}

interface Scores {
  readonly values: Float32Array;
  readonly classes: number;
}

async function scoresOf(model: OpenedModel, batch: ImageSet, preprocessing: Preprocessing): Promise<Scores> {
  const { network } = model;
  const [first] = network.kind === 'layers' ? network.model.inputs : network.inputs;
  const input = tf.tidy(() => fitImages(batch, first?.shape ?? [], preprocessing));
  try {
    const output =
      network.kind === 'layers' ? lastOf(network.model, input) : await lastOutput(network, input);
    try {
      return { values: await output.data<'float32'>(), classes: output.size / batch.count };
    } finally {
      output.dispose();
    }
  } finally {
    input.dispose();
  }
}

function lastOf(model: tf.LayersModel, input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => [model.predict(input)].flat().at(-1) as tf.Tensor);
}

async function lastOutput(
  network: Extract<OpenedModel['network'], { kind: 'graph' }>,
  input: tf.Tensor,
): Promise<tf.Tensor> {
  const [output] = await network.run([input], network.outputs.slice(-1));
  if (output === undefined) throw new Refusal('The network has no output.');
  return output;
}

function judge(
  { values, classes }: Scores,
  { labels, count }: ImageSet,
): { lossSum: number; correct: number } {
  let lossSum = 0;
  let correct = 0;
  for (let image = 0; image < count; image++) {
    const label = labels[image] as number;
    if (label >= classes) {
      throw new Refusal(`The network tells ${classes} classes apart, but the images have a class ${label}.`);
    }
    const row = values.subarray(image * classes, (image + 1) * classes);
    const { loss, best } = readRow(row, label);
    lossSum += loss;
    if (best === label) correct++;
  }
  return { lossSum, correct };
}

/** Networks end in probabilities or in the logits before them; only probabilities sum to 1. */
function readRow(row: Float32Array, label: number): { readonly loss: number; readonly best: number } {
  let best = 0;
  let sum = 0;
  let lowest = Infinity;
  row.forEach((value, index) => {
    if (value > (row[best] as number)) best = index;
    sum += value;
    lowest = Math.min(lowest, value);
  });
  const own = row[label] as number;
  if (lowest >= 0 && Math.abs(sum - 1) < 1e-3) {
    return { loss: -Math.log(Math.min(1 - smallestProbability, Math.max(smallestProbability, own))), best };
  }
  const highest = row[best] as number;
  const total = row.reduce((all, value) => all + Math.exp(value - highest), 0);
  return { loss: highest + Math.log(total) - own, best };
}

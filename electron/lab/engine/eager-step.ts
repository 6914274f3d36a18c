import * as tf from '@tensorflow/tfjs';
import { imageSize, sliceImages, type ImageSet, type ImageShape } from '#shared/images';
import type { NamedTensor } from '#shared/tensors';
import { networkActivations } from './activations';
import { EagerOptimizer } from './eager-optimizer';
import { fitting, namedTensor } from './named-tensors';
import type { NetworkFunctions } from './network-functions';
import { scoped } from './scope';
import type { StepOptions } from './step-options';
import type { BatchMetrics, NetworkActivations, TrainingState, TrainingStep } from './training-step';

/** As many images as inference computes at once: enough to keep the cores busy, few enough to fit memory. */
const inferenceBatch = 500;

/** Computes steps kernel by kernel through TensorFlow.js, on any engine. */
export class EagerStep implements TrainingStep {
  readonly kind = 'eager';
  readonly #functions: NetworkFunctions;
  readonly #optimizer: EagerOptimizer;
  readonly #images: ImageSet;
  readonly #classes: number;
  #step = 0;

  /** Owns the functions from now on. */
  constructor(functions: NetworkFunctions, { model, training, trainingImages, classes }: StepOptions) {
    this.#functions = functions;
    this.#optimizer = new EagerOptimizer(
      training.optimizer,
      model.trainableWeights.map((weight) => ({
        name: weight.originalName,
        variable: weight.read() as tf.Variable,
      })),
    );
    this.#images = trainingImages;
    this.#classes = classes;
  }

  train(indices: Int32Array, learningRate: number): BatchMetrics {
    this.#step++;
    return scoped(() => {
      const images = scaled(gatherPixels(this.#images, indices), this.#images.shape, indices.length);
      const labels = oneHot(
        indices.map((index) => this.#images.labels[index] as number),
        this.#classes,
      );
      const { weights } = this.#images;
      const counts =
        weights === undefined
          ? null
          : tf.tensor1d(Float32Array.from(indices, (index) => weights[index] as number));
      const lesson = this.#functions.learn(images, labels, tf.scalar(this.#step, 'int32'), counts);
      this.#optimizer.apply(lesson.gradients, learningRate, this.#step);
      return readMetrics(lesson.loss, lesson.correct, indices.length);
    });
  }

  evaluate(images: ImageSet): BatchMetrics {
    let loss = 0;
    let correct = 0;
    for (const batch of inBatches(images)) {
      const metrics = this.#evaluateBatch(batch);
      loss += metrics.loss * metrics.count;
      correct += metrics.correct;
    }
    return { loss: loss / images.count, correct, count: images.count };
  }

  predict(images: ImageSet): Float32Array {
    const rows = new Float32Array(images.count * this.#classes);
    let position = 0;
    for (const batch of inBatches(images)) {
      scoped(() => {
        const pixels = scaled(batch.pixels, batch.shape, batch.count);
        rows.set(this.#functions.probabilities(pixels).dataSync<'float32'>(), position);
      });
      position += batch.count * this.#classes;
    }
    return rows;
  }

  activations(pixels: Uint8Array): NetworkActivations {
    return scoped(() => {
      const shape = this.#images.shape;
      const outputs = this.#functions.outputs(scaled(pixels, shape, 1));
      return networkActivations(
        pixels,
        shape,
        outputs.map((output, index) => ({
          name: this.#functions.layers[index]?.name ?? '',
          shape: output.shape.slice(1),
          values: output.dataSync<'float32'>(),
        })),
      );
    });
  }

  state(): Promise<TrainingState> {
    return Promise.resolve({
      weights: this.network().weights.map((weight) => namedTensor(weight.originalName, weight.read())),
      optimizer: this.#optimizer.state(),
      step: this.#step,
    });
  }

  restore(state: TrainingState): void {
    const weights = this.network().weights;
    const fitted = fitting(
      weights.map((weight) => ({ name: weight.originalName, shape: weight.shape as number[] })),
      state.weights,
    );
    this.#optimizer.restore(state.optimizer);
    scoped(() => {
      weights.forEach((weight, index) => {
        const { values, shape } = fitted[index] as NamedTensor;
        weight.write(tf.tensor(values.slice(), [...shape]));
      });
    });
    this.#step = state.step;
  }

  network(): tf.LayersModel {
    return this.#functions.model;
  }

  dispose(): void {
    this.#functions.dispose();
    this.#optimizer.dispose();
  }

  #evaluateBatch(images: ImageSet): BatchMetrics {
    return scoped(() => {
      const labels = oneHot(images.labels, this.#classes);
      const pixels = scaled(images.pixels, images.shape, images.count);
      const { losses, hits } = this.#functions.assess(pixels, labels);
      const loss: tf.Scalar = losses.mean();
      const penalty = this.#functions.penalty();
      return readMetrics(penalty === null ? loss : loss.add(penalty), hits.sum(), images.count);
    });
  }
}

function* inBatches(images: ImageSet): Generator<ImageSet> {
  for (let from = 0; from < images.count; from += inferenceBatch) {
    yield sliceImages(images, from, Math.min(from + inferenceBatch, images.count));
  }
}

function gatherPixels(images: ImageSet, indices: Int32Array): Uint8Array {
  const size = imageSize(images.shape);
  const pixels = new Uint8Array(indices.length * size);
  indices.forEach((index, position) => {
    pixels.set(images.pixels.subarray(index * size, (index + 1) * size), position * size);
  });
  return pixels;
}

/** uint8 pixels as float32 in [0, 1]. */
function scaled(pixels: Uint8Array, shape: ImageShape, count: number): tf.Tensor4D {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = (pixels[i] as number) / 255;
  return tf.tensor4d(values, [count, ...shape]);
}

function oneHot(labels: Int32Array, classes: number): tf.Tensor2D {
  return tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat() as tf.Tensor2D;
}

/** One read for both numbers: each read waits for the engine. */
function readMetrics(loss: tf.Scalar, correct: tf.Scalar, count: number): BatchMetrics {
  const [lossValue = NaN, correctValue = 0] = tf.stack([loss, correct]).dataSync<'float32'>();
  return { loss: lossValue, correct: correctValue, count };
}

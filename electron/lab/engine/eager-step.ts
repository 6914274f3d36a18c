import * as tf from '@tensorflow/tfjs';
import type { LayerActivation } from '#shared/frames';
import { imageSize, sliceImages, type ImageSet, type ImageShape } from '#shared/images';
import { derivedSeed } from '#shared/random';
import type { OptimizerSpec } from '#shared/spec';
import type { NamedTensor } from '#shared/tensors';
import { EagerOptimizer } from './eager-optimizer';
import { fitting, namedTensor } from './named-tensors';
import { scoped } from './scope';
import type { BatchMetrics, NetworkActivations, TrainingState, TrainingStep } from './training-step';

export interface EagerStepOptions {
  /** Owned by the step from now on. */
  readonly model: tf.LayersModel;
  readonly optimizer: OptimizerSpec;
  readonly trainingImages: ImageSet;
  readonly classes: number;
  /** Seeds the masks of dropout. */
  readonly seed: number;
}

/** Computes steps kernel by kernel through TensorFlow.js, on any engine. */
export class EagerStep implements TrainingStep {
  readonly kind = 'eager';
  readonly #model: tf.LayersModel;
  readonly #optimizer: EagerOptimizer;
  readonly #images: ImageSet;
  readonly #classes: number;
  /** The same layers, but with every layer's output. */
  readonly #inspected: tf.LayersModel;
  readonly #inspectedNames: readonly string[];
  readonly #trainable: tf.Variable[];
  readonly #dropouts: readonly tf.layers.Layer[];
  readonly #seed: number;
  #step = 0;

  constructor({ model, optimizer, trainingImages, classes, seed }: EagerStepOptions) {
    this.#model = model;
    this.#images = trainingImages;
    this.#classes = classes;
    const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
    this.#inspectedNames = layers.map(({ name }) => name);
    this.#inspected = tf.model({
      inputs: model.inputs,
      outputs: layers.map((layer) => layer.output as tf.SymbolicTensor),
    });
    this.#dropouts = layers.filter((layer) => layer.getClassName() === 'Dropout');
    this.#seed = seed;
    const trainable = model.trainableWeights.map((weight) => ({
      name: weight.originalName,
      variable: weight.read() as tf.Variable,
    }));
    this.#trainable = trainable.map(({ variable }) => variable);
    this.#optimizer = new EagerOptimizer(optimizer, trainable);
  }

  train(indices: Int32Array, learningRate: number): BatchMetrics {
    this.#step++;
    this.#reseedDropout();
    return scoped(() => {
      const images = scaled(gatherPixels(this.#images, indices), this.#images.shape, indices.length);
      const labels = oneHot(
        indices.map((index) => this.#images.labels[index] as number),
        this.#classes,
      );
      // The count is computed inside the gradient's scope, which would release it.
      const correct: tf.Scalar[] = [];
      try {
        const { value, grads } = tf.variableGrads(() => {
          const probabilities = this.#model.apply(images, { training: true }) as tf.Tensor2D;
          correct.push(tf.keep(correctCount(labels, probabilities)));
          return this.#withPenalties(meanCrossEntropy(labels, probabilities));
        }, this.#trainable);
        this.#optimizer.apply(grads, learningRate, this.#step);
        return readMetrics(value, correct[0] as tf.Scalar, indices.length);
      } finally {
        tf.dispose(correct);
      }
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

  #evaluateBatch(images: ImageSet): BatchMetrics {
    return scoped(() => {
      const labels = oneHot(images.labels, this.#classes);
      const probabilities = this.#probabilities(images);
      return readMetrics(
        this.#withPenalties(meanCrossEntropy(labels, probabilities)),
        correctCount(labels, probabilities),
        images.count,
      );
    });
  }

  predict(images: ImageSet): Float32Array {
    const rows = new Float32Array(images.count * this.#classes);
    let position = 0;
    for (const batch of inBatches(images)) {
      scoped(() => {
        rows.set(this.#probabilities(batch).dataSync<'float32'>(), position);
      });
      position += batch.count * this.#classes;
    }
    return rows;
  }

  #probabilities(images: ImageSet): tf.Tensor2D {
    return this.#model.apply(scaled(images.pixels, images.shape, images.count)) as tf.Tensor2D;
  }

  activations(pixels: Uint8Array): NetworkActivations {
    return scoped(() => {
      const shape = this.#images.shape;
      const input = scaled(pixels, shape, 1);
      const outputs = [this.#inspected.apply(input)].flat() as tf.Tensor[];
      const layers = outputs.map((output, index) =>
        activation(this.#inspectedNames[index] as string, output),
      );
      const last = outputs.at(-1) as tf.Tensor;
      return {
        layers: [{ name: 'input', shape, values: input.dataSync<'float32'>() }, ...layers],
        output: last.dataSync<'float32'>(),
      };
    });
  }

  /** TensorFlow.js draws the same mask at every step from the seed that a dropout layer was made with. */
  #reseedDropout(): void {
    this.#dropouts.forEach((layer, index) => {
      Reflect.set(layer, 'seed', derivedSeed(this.#seed, index, this.#step));
    });
  }

  /** Adds what L1 and L2 regularizers charge for the weights, as Keras reports its loss. */
  #withPenalties(loss: tf.Scalar): tf.Scalar {
    return this.#model.calculateLosses().reduce((sum, penalty) => sum.add(penalty), loss);
  }

  state(): Promise<TrainingState> {
    return Promise.resolve({
      weights: this.#model.weights.map((weight) => namedTensor(weight.originalName, weight.read())),
      optimizer: this.#optimizer.state(),
      step: this.#step,
    });
  }

  restore(state: TrainingState): void {
    const weights = this.#model.weights;
    const fitted = fitting(
      weights.map((weight) => ({ name: weight.originalName, shape: weight.shape as number[] })),
      state.weights,
    );
    this.#optimizer.restore(state.optimizer);
    scoped(() => {
      weights.forEach((weight, index) => {
        const { values, shape } = fitted[index] as NamedTensor;
        weight.write(tf.tensor(values, [...shape]));
      });
    });
    this.#step = state.step;
  }

  network(): tf.LayersModel {
    return this.#model;
  }

  dispose(): void {
    // The inspected model shares its layers with this one, which owns them.
    this.#model.dispose();
    this.#optimizer.dispose();
  }
}

/** As many images as inference computes at once: enough to keep the cores busy, few enough to fit memory. */
const inferenceBatch = 500;

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

function meanCrossEntropy(labels: tf.Tensor2D, probabilities: tf.Tensor2D): tf.Scalar {
  return tf.metrics.categoricalCrossentropy(labels, probabilities).mean();
}

function correctCount(labels: tf.Tensor2D, probabilities: tf.Tensor2D): tf.Scalar {
  return labels.argMax(-1).equal(probabilities.argMax(-1)).sum();
}

/** One read for both numbers: each read waits for the engine. */
function readMetrics(loss: tf.Scalar, correct: tf.Scalar, count: number): BatchMetrics {
  const [lossValue = NaN, correctValue = 0] = tf.stack([loss, correct.toFloat()]).dataSync<'float32'>();
  return { loss: lossValue, correct: correctValue, count };
}

/** Maps keep their height, width and channels; vectors become volumes of 1 x 1 x units. */
function activation(name: string, output: tf.Tensor): LayerActivation {
  const [, ...size] = output.shape;
  const values = output.dataSync<'float32'>();
  const [height = 1, width = 1, channels = 1] = size.length === 3 ? size : [1, 1, values.length];
  return { name, shape: [height, width, channels], values };
}

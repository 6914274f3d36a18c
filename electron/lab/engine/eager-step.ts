import * as tf from '@tensorflow/tfjs';
import type { LayerActivation } from '#shared/frames';
import { imageSize, type ImageSet, type ImageShape } from '#shared/images';
import { derivedSeed } from '#shared/random';
import { scoped } from './scope';
import type {
  BatchMetrics,
  NamedTensor,
  NetworkActivations,
  TrainingState,
  TrainingStep,
} from './training-step';

export interface EagerStepOptions {
  /** Owned by the step from now on. */
  readonly model: tf.LayersModel;
  /** Owned by the step from now on. */
  readonly optimizer: tf.Optimizer;
  readonly trainingImages: ImageSet;
  readonly classes: number;
  /** Seeds the masks of dropout. */
  readonly seed: number;
}

/** Computes steps kernel by kernel through TensorFlow.js, on any engine. */
export class EagerStep implements TrainingStep {
  readonly kind = 'eager';
  readonly #model: tf.LayersModel;
  readonly #optimizer: tf.Optimizer;
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
    this.#optimizer = optimizer;
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
    this.#trainable = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  }

  train(indices: Int32Array): BatchMetrics {
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
          return meanCrossEntropy(labels, probabilities);
        }, this.#trainable);
        this.#optimizer.applyGradients(grads);
        return readMetrics(value, correct[0] as tf.Scalar, indices.length);
      } finally {
        tf.dispose(correct);
      }
    });
  }

  evaluate(images: ImageSet): BatchMetrics {
    return scoped(() => {
      const labels = oneHot(images.labels, this.#classes);
      const probabilities = this.#model.apply(
        scaled(images.pixels, images.shape, images.count),
      ) as tf.Tensor2D;
      return readMetrics(
        meanCrossEntropy(labels, probabilities),
        correctCount(labels, probabilities),
        images.count,
      );
    });
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
    this.#step++;
    this.#dropouts.forEach((layer, index) => {
      Reflect.set(layer, 'seed', derivedSeed(this.#seed, index, this.#step));
    });
  }

  async state(): Promise<TrainingState> {
    const weights = this.#model.weights.map((weight) => named(weight.originalName, weight.read()));
    const slots = await this.#optimizer.getWeights();
    return { weights, optimizer: slots.map(({ name, tensor }) => named(name, tensor)) };
  }

  dispose(): void {
    // Both models share their layers, which count their owners.
    this.#inspected.dispose();
    this.#model.dispose();
    this.#optimizer.dispose();
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

function named(name: string, tensor: tf.Tensor): NamedTensor {
  return { name, shape: tensor.shape, values: Float32Array.from(tensor.dataSync<'float32'>()) };
}

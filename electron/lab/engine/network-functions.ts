import * as tf from '@tensorflow/tfjs';
import type { TrainingSpec } from '#shared/spec';
import { augment } from './augmentation';
import { registerGradients } from './gradients/register';
import { softmaxCrossEntropy } from './gradients/cross-entropy';
import { prepareForTraining } from './layer-behaviour';
import { Noise } from './noise';
import { softmaxLayer, withoutActivation } from './output-layer';

/** What one batch teaches. */
export interface Lesson {
  /** The batch's mean loss with the weights' penalties. */
  readonly loss: tf.Scalar;
  /** Images whose most probable class is their label. */
  readonly correct: tf.Scalar;
  /** Keyed by the variables' own names; a weight that the loss does not depend on has none. */
  readonly gradients: tf.NamedTensorMap;
}

/** The part of a recipe that decides what a batch teaches. */
export type LossSpec = Pick<TrainingSpec, 'seed' | 'augmentation' | 'classWeights' | 'labelSmoothing'>;

/** Image by image, how well a batch is read. */
export interface Assessment {
  readonly losses: tf.Tensor1D;
  /** 1 where the most probable class is the label, otherwise 0. */
  readonly hits: tf.Tensor1D;
}

/**
 * The functions of a network that training needs, on tensors: images are float32 in [0, 1], of shape
 * [count, height, width, channels], labels one-hot. The eager step runs them, the compiled step traces them, so
 * that both mean the same.
 */
export class NetworkFunctions {
  readonly model: tf.LayersModel;
  /** Every layer but the inputs, in the order of the network. */
  readonly layers: readonly tf.layers.Layer[];
  readonly #noise: Noise;
  readonly #loss: LossSpec;
  readonly #trainable: tf.Variable[];
  /** The same layers, but with every layer's output. */
  readonly #inspected: tf.LayersModel;

  /** Owns the model from now on. */
  constructor(model: tf.LayersModel, loss: LossSpec) {
    registerGradients();
    this.model = model;
    this.#loss = loss;
    this.#noise = new Noise(loss.seed);
    this.layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
    this.#trainable = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    this.#inspected = tf.model({
      inputs: model.inputs,
      outputs: this.layers.map((layer) => layer.getOutputAt(0) as tf.SymbolicTensor),
    });
    prepareForTraining(this.layers, this.#noise);
  }

  /**
   * Must be called in a tidy scope. `step` is an int32 scalar, counted from 1; `weights` say how much each image
   * counts, `null` for 1 each.
   */
  learn(images: tf.Tensor4D, labels: tf.Tensor2D, step: tf.Scalar, weights: tf.Tensor1D | null): Lesson {
    let correct: tf.Scalar | null = null;
    const { value, grads } = this.#noise.during(step, () => {
      const { augmentation } = this.#loss;
      const seen = augmentation === null ? images : augment(images, augmentation, this.#noise);
      return tf.variableGrads(() => {
        const { losses, hits } = this.#assess(seen, labels, { training: true });
        // The gradient's own scope would release it.
        correct = tf.keep(hits.sum());
        const byClass = this.#weighted(losses, labels);
        const loss: tf.Scalar = (weights === null ? byClass : byClass.mul<tf.Tensor1D>(weights)).mean();
        const penalty = this.penalty();
        return penalty === null ? loss : loss.add(penalty);
      }, this.#trainable);
    });
    return { loss: value, correct: adopted(correct), gradients: grads };
  }

  assess(images: tf.Tensor4D, labels: tf.Tensor2D): Assessment {
    return this.#assess(images, labels, {});
  }

  /** Class probabilities, one row an image. */
  probabilities(images: tf.Tensor4D): tf.Tensor2D {
    return this.model.apply(images) as tf.Tensor2D;
  }

  /** Every layer's output. */
  outputs(images: tf.Tensor4D): readonly tf.Tensor[] {
    return [this.#inspected.apply(images)].flat() as tf.Tensor[];
  }

  /** What L1 and L2 regularizers charge for the weights; `null` where there are none. */
  penalty(): tf.Scalar | null {
    const [first, ...rest] = this.model.calculateLosses();
    return first === undefined ? null : rest.reduce<tf.Scalar>((sum, one) => sum.add(one), first);
  }

  dispose(): void {
    // Not by the model itself, which keeps the weights of layers that are called more than once. The inspected model
    // shares its layers with this one, which owns them.
    const weights = new Set(this.model.layers.flatMap((layer) => layer.weights));
    for (const weight of weights) weight.dispose();
  }

  #assess(images: tf.Tensor4D, labels: tf.Tensor2D, mode: { readonly training?: boolean }): Assessment {
    const softmax = softmaxLayer(this.model);
    const apply = (): tf.Tensor2D => this.model.apply(images, mode) as tf.Tensor2D;
    const scores = softmax === null ? apply() : withoutActivation(softmax, apply);
    const aims = this.#smoothed(labels);
    return {
      losses:
        softmax === null
          ? (tf.metrics.categoricalCrossentropy(aims, scores) as tf.Tensor1D)
          : softmaxCrossEntropy(aims, scores),
      hits: labels.argMax(-1).equal(scores.argMax(-1)).cast('float32') as tf.Tensor1D,
    };
  }

  /** Spreads a share of every label over all classes (Szegedy et al. 2016). */
  #smoothed(labels: tf.Tensor2D): tf.Tensor2D {
    const share = this.#loss.labelSmoothing;
    return share === 0 ? labels : labels.mul(1 - share).add(share / (labels.shape[1] ?? 1));
  }

  /** Weights scale the losses, and the mean stays over the number of images, as in Keras. */
  #weighted(losses: tf.Tensor1D, labels: tf.Tensor2D): tf.Tensor1D {
    const weights = this.#loss.classWeights;
    return weights === null ? losses : losses.mul(labels.mul(tf.tensor1d(weights)).sum(-1));
  }
}

/** Hands a kept tensor back to the surrounding scope. */
function adopted(kept: tf.Scalar | null): tf.Scalar {
  if (kept === null) throw new Error('The loss was not computed.');
  try {
    return kept.clone();
  } finally {
    kept.dispose();
  }
}

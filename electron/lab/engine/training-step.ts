import type * as tf from '@tensorflow/tfjs';
import type { LayerActivation } from '#shared/frames';
import type { ImageSet } from '#shared/images';
import type { NamedTensor } from '#shared/tensors';

/** What a batch yields. */
export interface BatchMetrics {
  /** Mean cross-entropy over the batch plus the weights' penalties (L1, L2), before the update. */
  readonly loss: number;
  /** Images whose most probable class is their label. */
  readonly correct: number;
  readonly count: number;
}

/** All that a step needs to go on exactly where another one stopped. */
export interface TrainingState {
  readonly weights: readonly NamedTensor[];
  /** The optimizer's slots, such as the mean squares of rmsprop, named `conv2d/kernel/velocity`. */
  readonly optimizer: readonly NamedTensor[];
  /** Batches trained. Bias corrections and the masks of dropout depend on it. */
  readonly step: number;
}

/** What one image does to the network. */
export interface NetworkActivations {
  /** The input first, then every layer in order. */
  readonly layers: readonly LayerActivation[];
  /** The class probabilities. */
  readonly output: Float32Array;
}

/** What can be asked of any network, those too that run outside of TensorFlow and are waited for. */
export interface ProbedNetwork {
  /** Class probabilities in inference mode, one row an image. */
  predict(images: ImageSet): Float32Array | Promise<Float32Array>;
  /** One image of uint8 pixels, in inference mode. */
  activations(pixels: Uint8Array): NetworkActivations | Promise<NetworkActivations>;
}

/**
 * A network that can be trained one batch at a time. The training loop knows only this, so that how a step is
 * computed (kernel by kernel, or as one compiled graph) can change without it.
 */
export interface TrainingStep {
  readonly kind: 'eager' | 'compiled';
  /** Forward, backward and update on the training images with these indices; a last, smaller batch is fine. */
  train(indices: Int32Array, learningRate: number): BatchMetrics;
  /** Forward only, in inference mode. */
  evaluate(images: ImageSet): BatchMetrics;
  /** Class probabilities in inference mode, one row an image. */
  predict(images: ImageSet): Float32Array;
  /** One image of uint8 pixels, in inference mode. */
  activations(pixels: Uint8Array): NetworkActivations;
  /** Copies of weights and optimizer slots as they are now. */
  state(): Promise<TrainingState>;
  /** Throws a `Refusal` that names the tensor where the state is that of another network or optimizer. */
  restore(state: TrainingState): void;
  /** The network with its weights as they are now, for export and insight. The step owns it. */
  network(): tf.LayersModel;
  /** Releases every tensor, the network's included. */
  dispose(): void;
}

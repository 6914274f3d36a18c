import type { ImageSet } from '#shared/images';
import type { LayerActivation } from '#shared/frames';

/** What a batch yields. */
export interface BatchMetrics {
  /** Mean cross-entropy over the batch, before the update. */
  readonly loss: number;
  /** Images whose most probable class is their label. */
  readonly correct: number;
  readonly count: number;
}

/** A tensor that left the engine, for checkpoints and export. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TrainingState {
  readonly weights: readonly NamedTensor[];
  /** The optimizer's slots, such as the mean squares of rmsprop. */
  readonly optimizer: readonly NamedTensor[];
}

/** What one image does to the network. */
export interface NetworkActivations {
  /** The input first, then every layer in order. */
  readonly layers: readonly LayerActivation[];
  /** The class probabilities. */
  readonly output: Float32Array;
}

/**
 * A network that can be trained one batch at a time. The training loop knows only this, so that how a step is
 * computed (kernel by kernel, or as one compiled graph) can change without it.
 */
export interface TrainingStep {
  readonly kind: 'eager' | 'compiled';
  /** Forward, backward and update on the training images with these indices; a last, smaller batch is fine. */
  train(indices: Int32Array): BatchMetrics;
  /** Forward only, in inference mode, all images as one batch. */
  evaluate(images: ImageSet): BatchMetrics;
  /** One image of uint8 pixels, in inference mode. */
  activations(pixels: Uint8Array): NetworkActivations;
  /** Copies of weights and optimizer slots as they are now. */
  state(): Promise<TrainingState>;
  /** Releases every tensor, the network's included. */
  dispose(): void;
}

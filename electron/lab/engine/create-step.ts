import type * as tf from '@tensorflow/tfjs';
import type { ImageSet } from '#shared/images';
import type { TrainingSpec } from '#shared/spec';
import { EagerStep } from './eager-step';
import type { TrainingStep } from './training-step';

export interface StepOptions {
  /** Owned by the step from now on. */
  readonly model: tf.LayersModel;
  readonly training: TrainingSpec;
  readonly trainingImages: ImageSet;
  readonly classes: number;
  /** Is told once, in a sentence, what a user should know about how steps are computed. */
  readonly log: (sentence: string) => void;
}

/** The fastest way to train this network on the engine in use. */
export function createTrainingStep({ model, training, trainingImages, classes }: StepOptions): TrainingStep {
  return new EagerStep({
    model,
    optimizer: training.optimizer,
    trainingImages,
    classes,
    seed: training.seed,
  });
}

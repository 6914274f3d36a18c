import type * as tf from '@tensorflow/tfjs';
import type { ImageSet } from '#shared/images';
import type { TrainingSpec } from '#shared/spec';

export interface StepOptions {
  /** Owned by the step from now on. */
  readonly model: tf.LayersModel;
  readonly training: TrainingSpec;
  /** Must not be changed while the step lives: the compiled step trains on this memory itself. */
  readonly trainingImages: ImageSet;
  readonly classes: number;
  /** Is told once, in a sentence, what a user should know about how steps are computed. */
  readonly log: (sentence: string) => void;
}

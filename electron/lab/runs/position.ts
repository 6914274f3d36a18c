import { z } from 'zod';

const count = z.number().int().min(0);
/** JSON has no infinity: `null` stands for nothing measured yet. */
const best = z.number().nullable();

/** Where in a run training is; with the tensors of a checkpoint, all that it needs to go on exactly. */
export const trainingPosition = z.object({
  /** Epochs trained to their end. */
  epochs: count,
  /** Batches trained in the epoch that has begun. */
  batch: count,
  /** Batches trained since the run began. */
  step: count,
  /** Sums over the images of the epoch that has begun. */
  sums: z.object({ loss: z.number(), correct: z.number(), count }),
  /** The rate that the schedule starts from; a person may have changed it since the run began. */
  learningRate: z.number().positive(),
  /** Of the schedule `plateau`: what the rate is multiplied by, and how long nothing improved. */
  plateau: z.object({ factor: z.number(), best, wait: count }),
  /** Of early stopping: the best epoch's value and step, and how long nothing improved. */
  earlyStopping: z.object({ best, bestStep: count, wait: count }),
});

export type TrainingPosition = Readonly<z.infer<typeof trainingPosition>>;

export function startOfTraining(learningRate: number): TrainingPosition {
  return {
    epochs: 0,
    batch: 0,
    step: 0,
    sums: { loss: 0, correct: 0, count: 0 },
    learningRate,
    plateau: { factor: 1, best: null, wait: 0 },
    earlyStopping: { best: null, bestStep: 0, wait: 0 },
  };
}

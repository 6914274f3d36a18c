import { describe, expect, it } from 'vitest';
import type { EpochMetrics, Progress } from '#shared/api';
import type { ImageSet } from '#shared/images';
import { trainingSpec } from '#shared/spec';
import type { BatchMetrics, TrainingStep } from '../../../../../electron/lab/engine/training-step';
import { startOfTraining } from '../../../../../electron/lab/runs/position';
import { Trainer, type TrainedBatch } from '../../../../../electron/lab/training/trainer';

/** A step that learns nothing and remembers what it was given. */
class RecordingStep implements TrainingStep {
  readonly kind = 'eager';
  readonly batches: number[][] = [];
  readonly learningRates: number[] = [];
  readonly evaluated: number[] = [];
  lossOf: (batch: number) => number = () => 1;

  train(indices: Int32Array, learningRate: number): BatchMetrics {
    this.batches.push([...indices]);
    this.learningRates.push(learningRate);
    return { loss: this.lossOf(this.batches.length), correct: indices.length - 1, count: indices.length };
  }
  evaluate(images: ImageSet): BatchMetrics {
    this.evaluated.push(images.count);
    return { loss: images.count, correct: 0, count: images.count };
  }
  predict = () => new Float32Array();
  activations = () => ({ layers: [], output: new Float32Array() });
  state = () => Promise.resolve({ weights: [], optimizer: [], step: 0 });
  restore = () => undefined;
  network = (): never => {
    throw new Error('not needed here');
  };
  dispose = () => undefined;
}

function setUp(
  training: Parameters<typeof trainingSpec.parse>[0],
  count = 10,
  validation: ImageSet | null = null,
) {
  const step = new RecordingStep();
  const batches: TrainedBatch[] = [];
  const progress: Progress[] = [];
  const epochs: EpochMetrics[] = [];
  const after: ((batch: TrainedBatch) => void)[] = [];
  const spec = trainingSpec.parse(training);
  const trainer = new Trainer({
    step,
    trainingCount: count,
    validation,
    training: spec,
    start: startOfTraining(spec.optimizer.learningRate),
    observer: {
      batchTrained: (batch, made) => {
        batches.push(batch);
        progress.push(made);
        for (const listener of after) listener(batch);
      },
      epochEnded: (metrics) => {
        epochs.push(metrics);
      },
    },
  });
  return { step, trainer, batches, progress, epochs, after };
}

const images = (count: number): ImageSet => ({
  count,
  shape: [1, 1, 1],
  pixels: new Uint8Array(count),
  labels: new Int32Array(count),
});

describe('trainer', () => {
  it('trains every image once an epoch, the last partial batch too', async () => {
    const { trainer, step } = setUp({ epochs: 2, batchSize: 4 });
    expect(await trainer.run()).toBe('completed');
    expect(step.batches.map((batch) => batch.length)).toEqual([4, 4, 2, 4, 4, 2]);
    const all = Array.from({ length: 10 }, (_, index) => index);
    expect(step.batches.slice(0, 3).flat().sort()).toEqual(all);
    expect(step.batches.slice(3).flat().sort()).toEqual(all);
  });

  it('averages an epoch over its images, as Keras does, not over its batches', async () => {
    const { trainer, step, epochs } = setUp({ epochs: 1, batchSize: 8 });
    step.lossOf = (batch) => (batch === 1 ? 1 : 6);
    await trainer.run();
    expect(epochs[0]?.loss).toBeCloseTo((8 * 1 + 2 * 6) / 10);
    expect(epochs[0]?.accuracy).toBeCloseTo(8 / 10);
  });

  it('validates after every epoch, weighted by images', async () => {
    const { trainer, epochs } = setUp({ epochs: 1, batchSize: 8 }, 10, images(260));
    await trainer.run();
    expect(epochs[0]?.validationLoss).toBeCloseTo((250 * 250 + 10 * 10) / 260);
  });

  it('counts steps on and tells how far it is', async () => {
    const { trainer, batches, progress } = setUp({ epochs: 2, batchSize: 4 });
    await trainer.run();
    expect(batches.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(progress.at(-1)).toMatchObject({ epoch: 2, epochs: 2, step: 3, stepsPerEpoch: 3 });
  });

  it("passes the optimizer's learning rate to every step", async () => {
    const { trainer, step } = setUp({ epochs: 1, optimizer: { kind: 'sgd', learningRate: 0.25 } });
    await trainer.run();
    expect(step.learningRates).toEqual([0.25]);
  });

  it('does nothing while paused, goes on when resumed, and does not count the pause as training time', async () => {
    let clock = 0;
    const step = new RecordingStep();
    const epochs: EpochMetrics[] = [];
    const trainer = new Trainer({
      step,
      trainingCount: 10,
      validation: null,
      training: trainingSpec.parse({ epochs: 1, batchSize: 1 }),
      start: startOfTraining(0.001),
      now: () => clock,
      observer: {
        batchTrained: () => {
          clock += 100;
          if (step.batches.length === 3) trainer.pause();
        },
        epochEnded: (metrics) => {
          epochs.push(metrics);
        },
      },
    });
    const ended = trainer.run();
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(step.batches).toHaveLength(3);
    clock += 60_000;
    trainer.resume();
    expect(await ended).toBe('completed');
    expect(epochs[0]?.seconds).toBeCloseTo(1);
  });

  it('stops before the next batch, also when paused', async () => {
    const running = setUp({ epochs: 1, batchSize: 1 });
    running.after.push(({ step }) => {
      if (step === 4) running.trainer.stop();
    });
    expect(await running.trainer.run()).toBe('stopped');
    expect(running.step.batches).toHaveLength(4);

    const paused = setUp({ epochs: 1, batchSize: 1 });
    paused.after.push(() => {
      paused.trainer.pause();
    });
    const ended = paused.trainer.run();
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    paused.trainer.stop();
    expect(await ended).toBe('stopped');
    expect(paused.step.batches).toHaveLength(1);
  });

  it('ends when the loss is no longer a number', async () => {
    const { trainer, step } = setUp({ epochs: 1, batchSize: 1 });
    step.lossOf = (batch) => (batch === 2 ? NaN : 1);
    expect(await trainer.run()).toBe('diverged');
    expect(step.batches).toHaveLength(2);
  });
});

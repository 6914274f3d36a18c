import type { EpochMetrics, Progress } from '#shared/api';
import type { ImageSet } from '#shared/images';
import type { TrainingSpec } from '#shared/spec';
import type { BatchMetrics, TrainingStep } from '../engine/training-step';
import type { TrainingPosition } from '../runs/position';
import { earlyStoppingAfter } from './early-stopping';
import { evaluate, type Score } from './evaluate';
import { epochOrder } from './order';
import { Pace } from './pace';
import { learningRateAt, plateauAfter, type RunLength } from './schedule';
import { Stopwatch } from './stopwatch';

export interface TrainerOptions {
  readonly step: TrainingStep;
  /** The first so many of the step's training images are trained on. */
  readonly trainingCount: number;
  /** Scored after every epoch. */
  readonly validation: ImageSet | null;
  readonly training: TrainingSpec;
  /** Where to begin: the start of training, or what a checkpoint holds. */
  readonly start: TrainingPosition;
  readonly observer: TrainingObserver;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** Who is told how training goes. Training waits for what the methods return. */
export interface TrainingObserver {
  batchTrained(batch: TrainedBatch, progress: Progress): Promise<void> | void;
  epochEnded(metrics: EpochMetrics, step: number): Promise<void> | void;
}

export interface TrainedBatch {
  /** Batches trained since the run began, this one included. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRate: number;
}

export type TrainingEnd = 'completed' | 'stopped' | 'diverged' | 'early-stopped';

const noSums: TrainingPosition['sums'] = { loss: 0, correct: 0, count: 0 };

/** The training loop: epochs of shuffled batches, pausable between any two. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #stopwatch: Stopwatch;
  readonly #pace = new Pace();
  readonly #length: RunLength;
  #position: TrainingPosition;
  /** Images trained by this trainer, not by the one whose checkpoint it goes on from. */
  #images = 0;
  #stopped = false;
  /** Resolves when training may go on; `null` while it runs. */
  #gate: { readonly opened: Promise<void>; readonly open: () => void } | null = null;

  constructor(options: TrainerOptions) {
    const { trainingCount, training, start, now } = options;
    this.#options = options;
    this.#stopwatch = new Stopwatch(now ?? (() => performance.now()));
    this.#length = {
      epochs: training.epochs,
      stepsPerEpoch: Math.ceil(trainingCount / training.batchSize),
    };
    this.#position = start;
  }

  /** Over the whole run so far, without pauses, validation and checkpoints; 0 before the first batch. */
  get imagesPerSecond(): number {
    const seconds = this.#stopwatch.elapsed / 1000;
    return seconds === 0 ? 0 : this.#images / seconds;
  }

  /** Where training is, between two batches. */
  get position(): TrainingPosition {
    return this.#position;
  }

  /** Takes hold with the next batch; the schedule goes on from it. */
  setLearningRate(learningRate: number): void {
    this.#position = { ...this.#position, learningRate };
  }

  async run(): Promise<TrainingEnd> {
    while (this.#position.epochs < this.#options.training.epochs) {
      const end = await this.#runEpoch();
      if (end !== null) return end;
    }
    return 'completed';
  }

  /** Takes hold before the next batch. */
  pause(): void {
    if (this.#gate !== null) return;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    this.#gate = { opened, open };
  }

  resume(): void {
    this.#gate?.open();
    this.#gate = null;
  }

  /** Ends training before the next batch, paused or not. */
  stop(): void {
    this.#stopped = true;
    this.resume();
  }

  async #runEpoch(): Promise<TrainingEnd | null> {
    const { trainingCount, training } = this.#options;
    const epoch = this.#position.epochs + 1;
    const order = epochOrder(trainingCount, training.seed, epoch);
    const started = { at: this.#stopwatch.elapsed, images: this.#images };
    while (this.#position.batch < this.#length.stepsPerEpoch) {
      await this.#mayProceed();
      if (this.#stopped) return 'stopped';
      const from = this.#position.batch * training.batchSize;
      const loss = await this.#trainBatch(
        order.subarray(from, Math.min(from + training.batchSize, trainingCount)),
        epoch,
      );
      if (!Number.isFinite(loss)) return 'diverged';
    }
    // Neither validation nor keeping the network is training time.
    this.#stopwatch.halt();
    const seconds = (this.#stopwatch.elapsed - started.at) / 1000;
    const validation = await this.#validate();
    if (this.#stopped && validation === null && this.#options.validation !== null) return 'stopped';
    const { sums } = this.#position;
    const end = await this.#endEpoch({
      epoch,
      loss: sums.loss / sums.count,
      accuracy: sums.correct / sums.count,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      learningRate: this.#learningRate(),
      imagesPerSecond: seconds === 0 ? 0 : (this.#images - started.images) / seconds,
      seconds,
      deadFilters: [],
    });
    this.#stopwatch.go();
    return end;
  }

  async #endEpoch(metrics: EpochMetrics): Promise<TrainingEnd | null> {
    const { training, observer } = this.#options;
    const { plateau, learningRate, earlyStopping, step } = this.#position;
    const patience =
      training.earlyStopping === null
        ? { state: earlyStopping, stop: false }
        : earlyStoppingAfter(training.earlyStopping, earlyStopping, metrics, step);
    this.#position = {
      ...this.#position,
      epochs: metrics.epoch,
      batch: 0,
      sums: noSums,
      plateau: plateauAfter(training.schedule, plateau, metrics.validationLoss ?? metrics.loss, learningRate),
      earlyStopping: patience.state,
    };
    await observer.epochEnded(metrics, step);
    return patience.stop ? 'early-stopped' : null;
  }

  #learningRate(): number {
    const { learningRate, step, plateau } = this.#position;
    return learningRateAt(this.#options.training, learningRate, step, plateau.factor, this.#length);
  }

  /** @returns the batch's loss */
  async #trainBatch(indices: Int32Array, epoch: number): Promise<number> {
    const learningRate = this.#learningRate();
    const metrics = this.#options.step.train(indices, learningRate);
    this.#images += metrics.count;
    this.#pace.add(metrics.count, this.#stopwatch.elapsed);
    this.#position = advanced(this.#position, metrics);
    const { step } = this.#position;
    const accuracy = metrics.correct / metrics.count;
    await this.#options.observer.batchTrained(
      { step, epoch, loss: metrics.loss, accuracy, learningRate },
      this.#progress(epoch, learningRate),
    );
    return metrics.loss;
  }

  #progress(epoch: number, learningRate: number): Progress {
    const { training, trainingCount } = this.#options;
    const { epochs, batch, sums } = this.#position;
    const imagesPerSecond = this.#pace.imagesPerSecond;
    const imagesLeft = (training.epochs - epochs) * trainingCount - sums.count;
    return {
      epoch,
      epochs: training.epochs,
      step: batch,
      stepsPerEpoch: this.#length.stepsPerEpoch,
      learningRate,
      imagesPerSecond,
      secondsLeft: imagesPerSecond === null ? null : imagesLeft / imagesPerSecond,
    };
  }

  /** A stop need not wait for the end of it. */
  async #validate(): Promise<Score | null> {
    if (this.#options.validation === null) return null;
    return evaluate(this.#options.step, this.#options.validation, () => !this.#stopped);
  }

  /** Lets messages in (a step blocks the process, so without this no pause or stop would ever arrive). */
  async #mayProceed(): Promise<void> {
    await new Promise(setImmediate);
    if (this.#gate === null) return;
    this.#stopwatch.halt();
    await this.#gate.opened;
    this.#stopwatch.go();
  }
}

function advanced(position: TrainingPosition, { loss, correct, count }: BatchMetrics): TrainingPosition {
  const { sums } = position;
  return {
    ...position,
    batch: position.batch + 1,
    step: position.step + 1,
    sums: {
      loss: sums.loss + loss * count,
      correct: sums.correct + correct,
      count: sums.count + count,
    },
  };
}

import type { EpochMetrics, Progress } from '#shared/api';
import type { ImageSet } from '#shared/images';
import type { TrainingSpec } from '#shared/spec';
import type { BatchMetrics, TrainingStep } from '../engine/training-step';
import { evaluate, type Score } from './evaluate';
import { epochOrder } from './order';
import { Pace } from './pace';
import { Stopwatch } from './stopwatch';

export interface TrainerOptions {
  readonly step: TrainingStep;
  /** The first so many of the step's training images are trained on. */
  readonly trainingCount: number;
  /** Scored after every epoch. */
  readonly validation: ImageSet | null;
  readonly training: TrainingSpec;
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
}

export type TrainingEnd = 'completed' | 'stopped' | 'diverged';

/** The training loop: epochs of shuffled batches, pausable between any two. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #stopwatch: Stopwatch;
  readonly #pace = new Pace();
  readonly #stepsPerEpoch: number;
  #images = 0;
  #step = 0;
  #stopped = false;
  /** Resolves when training may go on; `null` while it runs. */
  #gate: { readonly opened: Promise<void>; readonly open: () => void } | null = null;

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#stopwatch = new Stopwatch(options.now ?? (() => performance.now()));
    this.#stepsPerEpoch = Math.ceil(options.trainingCount / options.training.batchSize);
  }

  /** Over the whole run so far, without pauses and validation; 0 before the first batch. */
  get imagesPerSecond(): number {
    const seconds = this.#stopwatch.elapsed / 1000;
    return seconds === 0 ? 0 : this.#images / seconds;
  }

  /** Batches trained so far. */
  get step(): number {
    return this.#step;
  }

  async run(): Promise<TrainingEnd> {
    for (let epoch = 1; epoch <= this.#options.training.epochs; epoch++) {
      const end = await this.#runEpoch(epoch);
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

  async #runEpoch(epoch: number): Promise<TrainingEnd | null> {
    const { trainingCount, training } = this.#options;
    const order = epochOrder(trainingCount, training.seed, epoch);
    const started = this.#stopwatch.elapsed;
    const sums = { loss: 0, correct: 0, count: 0 };
    for (let from = 0; from < trainingCount; from += training.batchSize) {
      await this.#mayProceed();
      if (this.#stopped) return 'stopped';
      const batch = this.#trainBatch(
        order.subarray(from, Math.min(from + training.batchSize, trainingCount)),
      );
      sums.loss += batch.loss * batch.count;
      sums.correct += batch.correct;
      sums.count += batch.count;
      await this.#report(batch, epoch);
      if (!Number.isFinite(batch.loss)) return 'diverged';
    }
    const seconds = (this.#stopwatch.elapsed - started) / 1000;
    const validation = await this.#validate();
    if (this.#stopped && validation === null && this.#options.validation !== null) return 'stopped';
    await this.#options.observer.epochEnded(
      {
        epoch,
        loss: sums.loss / sums.count,
        accuracy: sums.correct / sums.count,
        validationLoss: validation?.loss ?? null,
        validationAccuracy: validation?.accuracy ?? null,
        imagesPerSecond: sums.count / seconds,
        seconds,
      },
      this.#step,
    );
    return null;
  }

  #trainBatch(indices: Int32Array): BatchMetrics {
    const metrics = this.#options.step.train(indices, this.#options.training.optimizer.learningRate);
    this.#step++;
    this.#images += metrics.count;
    this.#pace.add(metrics.count, this.#stopwatch.elapsed);
    return metrics;
  }

  async #report(batch: BatchMetrics, epoch: number): Promise<void> {
    const trained = {
      step: this.#step,
      epoch,
      loss: batch.loss,
      accuracy: batch.correct / batch.count,
    };
    await this.#options.observer.batchTrained(trained, this.#progress(epoch));
  }

  #progress(epoch: number): Progress {
    const { training, trainingCount } = this.#options;
    const imagesPerSecond = this.#pace.imagesPerSecond;
    const imagesLeft = training.epochs * trainingCount - this.#images;
    return {
      epoch,
      epochs: training.epochs,
      step: this.#step - (epoch - 1) * this.#stepsPerEpoch,
      stepsPerEpoch: this.#stepsPerEpoch,
      imagesPerSecond,
      secondsLeft: imagesPerSecond === null ? null : imagesLeft / imagesPerSecond,
    };
  }

  /** Validation is no training time, and a stop need not wait for its end. */
  async #validate(): Promise<Score | null> {
    if (this.#options.validation === null) return null;
    this.#stopwatch.halt();
    const score = await evaluate(this.#options.step, this.#options.validation, () => !this.#stopped);
    this.#stopwatch.go();
    return score;
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

import type { EpochMetrics, Progress, RunInfo, RunResult } from '#shared/api';
import type { EngineReport } from '#shared/engine';
import { problemOf, Refusal, type Problem } from '#shared/errors';
import { findDeadFilters } from '../insight/dead-filters';
import {
  checkpointFolder,
  checkpointName,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from '../runs/checkpoint';
import { MetricsFile } from '../runs/metrics-file';
import { startOfTraining, type TrainingPosition } from '../runs/position';
import { createRun, writeResult, type RunPlace } from '../runs/run-folder';
import { explainStorage } from '../runs/storage';
import { evaluate } from '../training/evaluate';
import { Trainer, type TrainedBatch, type TrainingEnd } from '../training/trainer';
import type { Bench } from './bench';
import { EventFiles } from './event-files';

/** Who follows a run. Training waits for what the methods return. */
export interface RunObserver {
  batchTrained(batch: TrainedBatch, progress: Progress): Promise<void> | void;
  epochEnded(metrics: EpochMetrics): void;
  /** Training is over and the test images are being read. */
  evaluating(): void;
  /** The run cannot be kept; training waits for `resume`, which tries again, or `stop`. */
  troubled(problem: Problem): void;
}

/** What a run's first batch starts from. */
export interface RunStart {
  readonly info: RunInfo;
  readonly position: TrainingPosition;
  /** Whether the run's folder has a checkpoint of this position. */
  readonly checkpointed: boolean;
}

/** A bench's network being trained, with its folder kept up to date. */
export class TrainingRun {
  readonly info: RunInfo;
  readonly #bench: Bench;
  readonly #engine: EngineReport['engine'];
  readonly #observer: RunObserver;
  readonly #metrics: MetricsFile;
  readonly #events: EventFiles;
  readonly #trainer: Trainer;
  /** Of the newest checkpoint; `null` before the first. */
  #newest: TrainingPosition | null;
  #checkpointedAt = performance.now();
  #stopping = false;
  #retry: (() => void) | null = null;

  constructor(
    bench: Bench,
    engine: EngineReport['engine'],
    { info, position, checkpointed }: RunStart,
    observer: RunObserver,
  ) {
    this.info = info;
    this.#bench = bench;
    this.#engine = engine;
    this.#observer = observer;
    this.#metrics = new MetricsFile(info.folder);
    this.#events = new EventFiles(info.folder, bench, checkpointed ? position.step + 1 : 0);
    this.#newest = checkpointed ? position : null;
    this.#trainer = new Trainer({
      step: bench.step,
      trainingCount: bench.trainingCount,
      validation: bench.validation,
      training: bench.recipe.training,
      start: position,
      observer: {
        batchTrained: (batch, progress) => this.#batchTrained(batch, progress),
        epochEnded: (metrics, step) => this.#epochEnded(metrics, step),
      },
    });
  }

  /** Makes the run's folder. Training begins with `complete`. */
  static async begin(
    bench: Bench,
    engine: EngineReport['engine'],
    place: RunPlace,
    observer: RunObserver,
  ): Promise<TrainingRun> {
    const { recipe, info } = bench;
    const made = await createRun(place, {
      recipe,
      engine,
      classes: info.classes,
      inputShape: info.summary.inputShape,
    });
    const position = startOfTraining(recipe.training.optimizer.learningRate);
    return new TrainingRun(bench, engine, { info: made, position, checkpointed: false }, observer);
  }

  pause(): void {
    this.#trainer.pause();
  }

  resume(): void {
    this.#trainer.resume();
    this.#retry?.();
  }

  stop(): void {
    this.#stopping = true;
    this.#trainer.stop();
    this.#retry?.();
  }

  setLearningRate(learningRate: number): void {
    this.#trainer.setLearningRate(learningRate);
  }

  /** Trains to the end or until stopped, keeps the network as it then is, and reads the test images. */
  async complete(): Promise<RunResult> {
    await this.#keep(() => this.#checkpoint());
    const ended = await this.#trainer.run();
    const checkpoint = await this.#keepNetwork(ended);
    this.#observer.evaluating();
    const score = await evaluate(this.#bench.step, this.#bench.test);
    const { loss, accuracy } = score ?? { loss: NaN, accuracy: NaN };
    const result: RunResult = {
      engine: this.#engine,
      parameters: this.#bench.info.summary.parameters,
      testLoss: loss,
      testAccuracy: accuracy,
      imagesPerSecond: this.#trainer.imagesPerSecond,
      ended,
    };
    const { step } = this.#trainer.position;
    this.#metrics.gather({ type: 'test', step, loss, accuracy });
    await this.#keep(() => this.#metrics.flush());
    await this.#keep(() => this.#events.flush());
    await this.#keep(() => writeResult(this.info.folder, { ...result, checkpoint }));
    return result;
  }

  /** @returns the name of the checkpoint that holds the network as the run leaves it */
  async #keepNetwork(ended: TrainingEnd): Promise<string | null> {
    switch (ended) {
      case 'completed':
        break;
      case 'stopped':
        await this.#keep(() => this.#checkpoint());
        break;
      case 'early-stopped':
        if (this.#bench.recipe.training.earlyStopping?.restoreBest === true) return this.#restoreBest();
        break;
      case 'diverged':
        // What the network has become is worth nothing; the last checkpoint is what the run can go back to.
        break;
    }
    return this.#newest === null ? null : checkpointName(this.#newest);
  }

  async #restoreBest(): Promise<string> {
    const { bestStep } = this.#trainer.position.earlyStopping;
    const name = checkpointName({ step: bestStep, batch: 0 });
    const { weights, optimizer } = await readCheckpoint(checkpointFolder(this.info.folder, name));
    this.#bench.step.restore({ weights, optimizer, step: bestStep });
    return name;
  }

  async #batchTrained(batch: TrainedBatch, progress: Progress): Promise<void> {
    const { step, loss, accuracy } = batch;
    this.#events.batchTrained(batch);
    this.#metrics.gather({ type: 'batch', step, loss, accuracy });
    await this.#keep(() => this.#metrics.flushWhenDue());
    await this.#keep(() => this.#events.flushWhenDue());
    await this.#observer.batchTrained(batch, progress);
    const minutes = (performance.now() - this.#checkpointedAt) / 60_000;
    if (minutes >= this.#bench.recipe.training.checkpointMinutes) await this.#keep(() => this.#checkpoint());
  }

  async #epochEnded(measured: EpochMetrics, step: number): Promise<void> {
    const metrics = { ...measured, deadFilters: findDeadFilters(this.#bench) };
    this.#events.epochEnded(metrics, step);
    this.#metrics.gather({ type: 'epoch', step, ...metrics });
    await this.#keep(() => this.#checkpoint());
    this.#observer.epochEnded(metrics);
  }

  /** Writes where training is. A checkpoint inside an epoch is removed as soon as there is a newer one. */
  async #checkpoint(): Promise<void> {
    const { position } = this.#trainer;
    const replaced = this.#newest;
    if (replaced !== null && checkpointName(position) === checkpointName(replaced)) return;
    await this.#metrics.flush();
    const { weights, optimizer } = await this.#bench.step.state();
    // Weights can be lost one batch before the loss shows it; such a network is nothing to go back to.
    if (!weights.every(({ values }) => values.every(Number.isFinite))) return;
    if (position.batch === 0) this.#events.networkKept(position.step, weights);
    await this.#events.flush();
    const { topology } = this.#bench;
    await writeCheckpoint(this.info.folder, { topology, weights, optimizer, position });
    this.#newest = position;
    this.#checkpointedAt = performance.now();
    if (replaced !== null && replaced.batch > 0) {
      await removeCheckpoint(checkpointFolder(this.info.folder, checkpointName(replaced)));
    }
  }

  /** Tries to write until it is done or training is stopped; meanwhile training waits and nothing is lost. */
  async #keep(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await write();
        return;
      } catch (thrown) {
        const explained = explainStorage(thrown, this.info.folder);
        if (!(explained instanceof Refusal) || this.#stopping) throw explained;
        this.#observer.troubled(problemOf(explained));
        await new Promise<void>((resolve) => (this.#retry = resolve));
        this.#retry = null;
      }
    }
  }
}

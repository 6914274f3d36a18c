import type { EngineReport, EpochMetrics, Progress, RunInfo, RunResult } from '#shared/api';
import { writeCheckpoint } from '../runs/checkpoint';
import { MetricsFile } from '../runs/metrics-file';
import { startOfTraining } from '../runs/position';
import { createRun, writeResult, type RunPlace } from '../runs/run-folder';
import { evaluate } from '../training/evaluate';
import { Trainer, type TrainedBatch, type TrainingEnd } from '../training/trainer';
import type { Bench } from './bench';

/** Who follows a run. Training waits for what the methods return. */
export interface RunObserver {
  batchTrained(batch: TrainedBatch, progress: Progress): Promise<void> | void;
  epochEnded(metrics: EpochMetrics): void;
  /** Training is over and the test images are being read. */
  evaluating(): void;
}

/** A bench's network being trained, with its folder kept up to date. */
export class TrainingRun {
  readonly info: RunInfo;
  readonly #bench: Bench;
  readonly #engine: EngineReport['engine'];
  readonly #observer: RunObserver;
  readonly #metrics: MetricsFile;
  readonly #trainer: Trainer;
  #checkpointedStep = -1;

  private constructor(info: RunInfo, bench: Bench, engine: EngineReport['engine'], observer: RunObserver) {
    this.info = info;
    this.#bench = bench;
    this.#engine = engine;
    this.#observer = observer;
    this.#metrics = new MetricsFile(info);
    this.#trainer = new Trainer({
      step: bench.step,
      trainingCount: bench.trainingCount,
      validation: bench.validation,
      training: bench.recipe.training,
      start: startOfTraining(bench.recipe.training.optimizer.learningRate),
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
    const info = await createRun(place, {
      recipe: bench.recipe,
      engine,
      classes: bench.info.classes,
      inputShape: bench.info.summary.inputShape,
    });
    return new TrainingRun(info, bench, engine, observer);
  }

  pause(): void {
    this.#trainer.pause();
  }

  resume(): void {
    this.#trainer.resume();
  }

  stop(): void {
    this.#trainer.stop();
  }

  /** Trains to the end or until stopped, keeps the network as it then is, and reads the test images. */
  async complete(): Promise<RunResult> {
    const ended = await this.#train();
    this.#observer.evaluating();
    const score = await evaluate(this.#bench.step, this.#bench.test);
    const { loss, accuracy } = score ?? { loss: NaN, accuracy: NaN };
    await this.#metrics.append({ type: 'test', step: this.#trainer.position.step, loss, accuracy });
    await this.#metrics.flush();
    const result: RunResult = {
      engine: this.#engine,
      parameters: this.#bench.info.summary.parameters,
      testLoss: loss,
      testAccuracy: accuracy,
      imagesPerSecond: this.#trainer.imagesPerSecond,
      ended,
    };
    await writeResult(this.info, result);
    return result;
  }

  async #train(): Promise<TrainingEnd> {
    const ended = await this.#trainer.run();
    if (ended === 'stopped') await this.#checkpoint();
    return ended;
  }

  async #batchTrained(batch: TrainedBatch, progress: Progress): Promise<void> {
    await this.#metrics.append({
      type: 'batch',
      step: batch.step,
      loss: batch.loss,
      accuracy: batch.accuracy,
    });
    await this.#observer.batchTrained(batch, progress);
  }

  async #epochEnded(metrics: EpochMetrics, step: number): Promise<void> {
    await this.#metrics.append({ type: 'epoch', step, ...metrics });
    await this.#checkpoint();
    this.#observer.epochEnded(metrics);
  }

  async #checkpoint(): Promise<void> {
    const { position } = this.#trainer;
    if (position.step === this.#checkpointedStep) return;
    this.#checkpointedStep = position.step;
    await this.#metrics.flush();
    const { weights, optimizer } = await this.#bench.step.state();
    await writeCheckpoint(this.info.folder, {
      topology: this.#bench.topology,
      weights,
      optimizer,
      position,
    });
  }
}

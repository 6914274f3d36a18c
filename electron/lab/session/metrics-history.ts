import type { EpochMetrics, MetricsUpdate, Progress } from '#shared/api';
import type { TrainedBatch } from '../training/trainer';

const firstCapacity = 4096;

/** Every metric of the run in focus, so that a window that comes late misses none. */
export class MetricsHistory {
  #loss = new Float32Array(firstCapacity);
  #accuracy = new Float32Array(firstCapacity);
  #count = 0;
  readonly #epochs: EpochMetrics[] = [];
  #progress: Progress | null = null;

  /** Batches so far. */
  get steps(): number {
    return this.#count;
  }

  get epochs(): number {
    return this.#epochs.length;
  }

  addBatch(batch: TrainedBatch, progress: Progress): void {
    if (this.#count === this.#loss.length) {
      this.#loss = doubled(this.#loss);
      this.#accuracy = doubled(this.#accuracy);
    }
    this.#loss[this.#count] = batch.loss;
    this.#accuracy[this.#count] = batch.accuracy;
    this.#count++;
    this.#progress = progress;
  }

  addEpoch(metrics: EpochMetrics): void {
    this.#epochs.push(metrics);
  }

  /** What came after the first `steps` batches and `epochs` epochs. */
  since(steps: number, epochs: number): MetricsUpdate {
    return {
      firstStep: steps,
      loss: this.#loss.slice(steps, this.#count),
      accuracy: this.#accuracy.slice(steps, this.#count),
      epochs: this.#epochs.slice(epochs),
      progress: this.#progress,
    };
  }
}

function doubled(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(values.length * 2);
  larger.set(values);
  return larger;
}

import type { EpochMetrics, MetricsUpdate, Progress } from '#shared/api';
import type { MetricsLine } from '../runs/metrics-file';
import type { TrainedBatch } from '../training/trainer';

const firstCapacity = 4096;

/** Every metric of the run in focus, so that a window that comes late misses none. */
export class MetricsHistory {
  #loss = new Float32Array(firstCapacity);
  #accuracy = new Float32Array(firstCapacity);
  #count = 0;
  readonly #epochs: EpochMetrics[] = [];
  #progress: Progress | null = null;

  /** What a run that is kept had measured. */
  static of(lines: readonly MetricsLine[], progress: Progress | null = null): MetricsHistory {
    const history = new MetricsHistory();
    history.#progress = progress;
    for (const line of lines) {
      if (line.type === 'batch') history.#add(line.loss, line.accuracy);
      else if (line.type === 'epoch') history.addEpoch(line);
    }
    return history;
  }

  /** Batches so far. */
  get steps(): number {
    return this.#count;
  }

  get epochs(): number {
    return this.#epochs.length;
  }

  addBatch(batch: TrainedBatch, progress: Progress): void {
    this.#add(batch.loss, batch.accuracy);
    this.#progress = progress;
  }

  #add(loss: number, accuracy: number): void {
    if (this.#count === this.#loss.length) {
      this.#loss = doubled(this.#loss);
      this.#accuracy = doubled(this.#accuracy);
    }
    this.#loss[this.#count] = loss;
    this.#accuracy[this.#count] = accuracy;
    this.#count++;
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

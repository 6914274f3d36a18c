/** One value a step, with its smoothed companion, however long the run: appended in amortised constant time. */

/** The share of the past in the moving average; as much as makes 64-image batches readable. */
export const smoothing = 0.95;

export class StepSeries {
  private batch = new Float32Array(1024);
  private average = new Float32Array(1024);
  private count = 0;
  private weighted = 0;
  /** Of the finite values so far; the average is divided by it, or it would begin at zero. */
  private weight = 0;

  get length(): number {
    return this.count;
  }

  /** Values of the batches; not finite where a batch diverged. */
  get values(): Float32Array {
    return this.batch;
  }

  /**
   * Their exponential moving average without the bias towards zero at the start, as TensorBoard's: sums of v and of
   * 1, both faded by `smoothing` a step, divided. Not finite where the value is not; such values leave no trace.
   */
  get smoothed(): Float32Array {
    return this.average;
  }

  /** Puts values at `firstStep` and on. Steps that were skipped are gaps; steps known already are replaced. */
  append(firstStep: number, values: Float32Array): void {
    this.reserve(firstStep + values.length);
    if (firstStep < this.count) this.rewind(firstStep);
    while (this.count < firstStep) this.push(Number.NaN);
    for (const value of values) this.push(value);
  }

  clear(): void {
    this.count = 0;
    this.weighted = 0;
    this.weight = 0;
  }

  private push(value: number): void {
    const finite = Number.isFinite(value);
    if (finite) {
      this.weighted = smoothing * this.weighted + (1 - smoothing) * value;
      this.weight = smoothing * this.weight + (1 - smoothing);
    }
    this.batch[this.count] = value;
    this.average[this.count] = finite ? this.weighted / this.weight : Number.NaN;
    this.count++;
  }

  private rewind(step: number): void {
    const kept = this.batch.slice(0, step);
    this.clear();
    for (const value of kept) this.push(value);
  }

  private reserve(length: number): void {
    if (length <= this.batch.length) return;
    const capacity = Math.max(length, this.batch.length * 2);
    const grow = (old: Float32Array<ArrayBuffer>) => {
      const grown = new Float32Array(capacity);
      grown.set(old.subarray(0, this.count));
      return grown;
    };
    this.batch = grow(this.batch);
    this.average = grow(this.average);
  }
}

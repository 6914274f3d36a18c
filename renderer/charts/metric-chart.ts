export interface MetricPoint {
  readonly step: number;
  /** Of the batch, or the mean of the batches drawn at this pixel; `null` where it was not finite. */
  readonly batch: number | null;
  readonly smoothed: number | null;
  /** Of the epoch that ends at or after this step. */
  readonly epoch: number | null;
  readonly training: number | null;
  readonly validation: number | null;
}

export interface EpochPoint {
  /** Batches trained when the epoch ended. */
  readonly step: number;
  readonly epoch: number;
  readonly training: number;
  readonly validation: number | null;
}

export interface MetricChartOptions {
  readonly canvas: HTMLCanvasElement;
  readonly metric: 'loss' | 'accuracy';
  readonly theme: 'dark' | 'light';
  onHover?(point: MetricPoint | null): void;
}

/** One metric over the steps of a run. Not reactive: a Proxy around it would slow every point. */
export class MetricChart {
  constructor(_options: MetricChartOptions) {}
  append(_firstStep: number, _values: Float32Array): void {}
  setEpochs(_epochs: readonly EpochPoint[]): void {}
  setTotalSteps(_steps: number | null): void {}
  setLogScale(_log: boolean): void {}
  setTheme(_theme: 'dark' | 'light'): void {}
  clear(): void {}
  describe(): string {
    return '';
  }
  dispose(): void {}
}

import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js';
import { chartOptions, datasets, looks, type Theme } from './appearance';
import { decimated, decimateExtremes, decimateLast } from './decimate';
import { overlay, type OverlayState } from './overlay';
import { accuracyRange, lossRange, stepRange } from './ranges';
import { StepSeries } from './step-series';

Chart.register(LinearScale, LogarithmicScale, LineController, LineElement, PointElement);

/** What the chart knows of a step. */
export interface MetricPoint {
  readonly step: number;
  /** Of this batch; `null` where it is unknown or was not finite. */
  readonly batch: number | null;
  readonly smoothed: number | null;
  /** The epoch that this step belongs to, once it has ended, and its metrics. */
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
  readonly theme: Theme;
  onHover?(point: MetricPoint | null): void;
}

interface Point {
  x: number;
  y: number;
}

/** The widest plot in pixels for which room is kept; a wider one gets coarser buckets. */
const mostBuckets = 2000;

/**
 * One metric over the steps of a run: every batch faintly, smoothed in front of it, and the epochs' training and
 * validation. Curves are reduced to the pixels of the plot and drawn once a frame at most, so that 100,000 batches
 * are as smooth as a hundred. Not reactive: a Proxy around it would slow every point.
 */
export class MetricChart {
  private readonly options: MetricChartOptions;
  private readonly series = new StepSeries();
  private readonly chart: Chart<'line', Point[]>;
  private readonly overlay: OverlayState;
  private readonly reduced = decimated(mostBuckets);
  private readonly pools: readonly [Point[], Point[]] = [[], []];
  private broken: number[] = [];
  private epochs: readonly EpochPoint[] = [];
  private total: number | null = null;
  private logarithmic = false;
  private theme: Theme;
  private stale = true;
  private request = 0;

  constructor(options: MetricChartOptions) {
    this.options = options;
    this.theme = options.theme;
    const look = looks[options.theme];
    this.overlay = { epochs: [], broken: [], step: null, marks: [], colours: look.overlay };
    this.chart = new Chart(options.canvas, {
      type: 'line',
      data: { datasets: datasets(look) },
      options: chartOptions(look, options.metric),
      plugins: [overlay(this.overlay)],
    });
    options.canvas.addEventListener('pointermove', this.onPointer);
    options.canvas.addEventListener('pointerleave', this.onLeave);
    this.refresh();
  }

  /** Adds the values of batches `firstStep`, `firstStep` + 1, ... counted from 0. */
  append(firstStep: number, values: Float32Array): void {
    const known = this.series.length;
    this.series.append(firstStep, values);
    if (firstStep < known) this.broken = this.broken.filter((step) => step < firstStep);
    for (let step = Math.min(known, firstStep); step < this.series.length; step++) {
      if (step >= firstStep && !Number.isFinite(this.series.values[step])) this.broken.push(step);
    }
    this.refresh();
  }

  setEpochs(epochs: readonly EpochPoint[]): void {
    this.epochs = epochs;
    this.refresh();
  }

  /** The steps of the whole run, so that the axis stands still while it trains; `null` if they are not known. */
  setTotalSteps(steps: number | null): void {
    this.total = steps;
    this.refresh();
  }

  /** Draws a loss by orders of magnitude; accuracy keeps its linear axis. */
  setLogScale(logarithmic: boolean): void {
    if (logarithmic === this.logarithmic || this.options.metric !== 'loss') return;
    this.logarithmic = logarithmic;
    this.configure();
  }

  setTheme(theme: Theme): void {
    const look = looks[theme];
    this.overlay.colours = look.overlay;
    const data = this.chart.data.datasets.map(({ data }) => data);
    this.chart.data.datasets = datasets(look).map((dataset, i) => ({ ...dataset, data: data[i] ?? [] }));
    this.theme = theme;
    this.configure();
  }

  clear(): void {
    this.series.clear();
    this.broken = [];
    this.epochs = [];
    this.refresh();
  }

  /** The chart in a sentence, for those who do not see it. */
  describe(): string {
    const { metric } = this.options;
    const last = this.series.length - 1;
    if (last < 0 && this.epochs.length === 0) return `${name(metric)}: nothing trained yet.`;
    const parts: string[] = [];
    if (last >= 0) {
      const value = this.series.smoothed[last] as number;
      const batch = Number.isFinite(value) ? `${this.written(value)} smoothed` : 'not finite';
      parts.push(`step ${(last + 1).toLocaleString('en')}: ${batch}`);
    }
    const epoch = this.epochs.at(-1);
    if (epoch !== undefined) {
      const validation = epoch.validation === null ? '' : `, validation ${this.written(epoch.validation)}`;
      parts.push(`epoch ${epoch.epoch}: training ${this.written(epoch.training)}${validation}`);
    }
    if (this.broken.length > 0)
      parts.push(`${this.broken.length.toLocaleString('en')} batches were not finite`);
    return `${name(metric)}, ${parts.join('; ')}.`;
  }

  dispose(): void {
    cancelAnimationFrame(this.request);
    this.options.canvas.removeEventListener('pointermove', this.onPointer);
    this.options.canvas.removeEventListener('pointerleave', this.onLeave);
    this.chart.destroy();
  }

  private configure(): void {
    this.chart.options = chartOptions(looks[this.theme], this.options.metric, this.logarithmic);
    this.refresh();
  }

  private refresh(): void {
    this.stale = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.request === 0) this.request = requestAnimationFrame(this.draw);
  }

  private readonly draw = (): void => {
    this.request = 0;
    if (this.stale) this.update();
    else this.chart.draw();
  };

  private update(): void {
    this.stale = false;
    const { chart, series, epochs } = this;
    const steps = stepRange(Math.max(series.length, epochs.at(-1)?.step ?? 0), this.total);
    const values =
      this.options.metric === 'loss'
        ? lossRange(series, epochs, this.logarithmic)
        : accuracyRange(series, epochs);
    Object.assign(chart.options.scales?.['x'] ?? {}, steps);
    Object.assign(chart.options.scales?.['y'] ?? {}, values);
    const pixels = Math.min(mostBuckets, Math.max(50, chart.chartArea?.width ?? 300));
    const [batch, smoothed, training, validation] = chart.data.datasets;
    const stepsAPixel = (steps.max - steps.min) / pixels;
    if (batch !== undefined) batch.data = this.reduce(series.values, stepsAPixel, decimateExtremes, 0);
    if (smoothed !== undefined) smoothed.data = this.reduce(series.smoothed, stepsAPixel, decimateLast, 1);
    if (training !== undefined) training.data = epochs.map(({ step, training: y }) => ({ x: step, y }));
    if (validation !== undefined) {
      validation.data = epochs.map(({ step, validation: y }) => ({ x: step, y: y ?? Number.NaN }));
    }
    this.overlay.epochs = epochs;
    this.overlay.broken = this.broken;
    this.markPointed();
    chart.update('none');
  }

  /** The curve's points for the chart, in objects that are kept from one time to the next. */
  private reduce(
    values: Float32Array,
    stepsAPixel: number,
    decimate: typeof decimateExtremes,
    pool: 0 | 1,
  ): Point[] {
    const { reduced } = this;
    decimate(values, this.series.length, stepsAPixel, reduced);
    const points = this.pools[pool];
    for (let i = 0; i < reduced.count; i++) {
      const point = (points[i] ??= { x: 0, y: 0 });
      // Batch 0 has been trained when the step is 1.
      point.x = (reduced.x[i] as number) + 1;
      point.y = reduced.y[i] as number;
    }
    points.length = reduced.count;
    return points;
  }

  private readonly onPointer = (event: PointerEvent): void => {
    const x = this.chart.scales['x']?.getValueForPixel(event.offsetX);
    const known = Math.max(this.series.length, this.epochs.at(-1)?.step ?? 0);
    const { left, right } = this.chart.chartArea;
    const inside = event.offsetX >= left - 2 && event.offsetX <= right + 2;
    const step =
      x === undefined || known === 0 || !inside ? null : Math.min(known, Math.max(1, Math.round(x)));
    this.point(step);
  };

  private readonly onLeave = (): void => {
    this.point(null);
  };

  private point(step: number | null): void {
    if (step === this.overlay.step) return;
    this.overlay.step = step;
    const point = this.markPointed();
    this.options.onHover?.(point);
    this.schedule();
  }

  private markPointed(): MetricPoint | null {
    const { step } = this.overlay;
    this.overlay.marks = [];
    if (step === null) return null;
    const epoch = this.epochs.find((candidate) => candidate.step >= step);
    const point: MetricPoint = {
      step,
      batch: finite(step <= this.series.length ? this.series.values[step - 1] : undefined),
      smoothed: finite(step <= this.series.length ? this.series.smoothed[step - 1] : undefined),
      epoch: epoch?.epoch ?? null,
      training: epoch?.training ?? null,
      validation: epoch?.validation ?? null,
    };
    if (point.smoothed !== null) {
      this.overlay.marks = [{ value: point.smoothed, colour: looks[this.theme].hues.training }];
    }
    return point;
  }

  private written(value: number): string {
    return this.options.metric === 'accuracy' ? `${(value * 100).toFixed(2)} %` : value.toPrecision(3);
  }
}

function name(metric: 'loss' | 'accuracy'): string {
  return metric === 'loss' ? 'Loss' : 'Accuracy';
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartDataset,
  type Scale,
} from 'chart.js';
import { chartOptions, looks, type Look, type Theme } from './appearance';
import { runHue } from './hues';
import { overlay, type OverlayState } from './overlay';
import {
  axisRange,
  axisTicks,
  logTicks,
  nearestRun,
  pointAt,
  valueRange,
  type CurveAxis,
  type Metric,
  type PointedCurve,
  type RunCurve,
} from './run-curves';

Chart.register(LinearScale, LogarithmicScale, LineController, LineElement, PointElement);

export interface ComparisonChartOptions {
  readonly canvas: HTMLCanvasElement;
  readonly metric: Metric;
  readonly theme: Theme;
  onPoint?(pointed: PointedCurve): void;
}

interface Point {
  x: number;
  y: number;
}

const nothing: PointedCurve = { at: null, id: null };
/** A curve further than this from the pointer is not meant. */
const reach = 20;

/**
 * One metric of several runs over each other, epoch by epoch: training in a line, validation dashed, a hue a run. Not
 * reactive: a Proxy around it would slow every point.
 */
export class ComparisonChart {
  private readonly options: ComparisonChartOptions;
  private readonly chart: Chart<'line', Point[]>;
  private readonly overlay: OverlayState;
  private curves: readonly RunCurve[] = [];
  private axis: CurveAxis = 'epoch';
  private pointed = nothing;
  private logarithmic = false;
  private theme: Theme;
  private request = 0;

  constructor(options: ComparisonChartOptions) {
    this.options = options;
    this.theme = options.theme;
    this.overlay = {
      epochs: [],
      broken: [],
      step: null,
      marks: [],
      colours: looks[options.theme].overlay,
    };
    this.chart = new Chart(options.canvas, {
      type: 'line',
      data: { datasets: [] },
      options: chartOptions(looks[options.theme], options.metric),
      plugins: [overlay(this.overlay)],
    });
    options.canvas.addEventListener('pointermove', this.onPointer);
    options.canvas.addEventListener('pointerleave', this.onLeave);
    this.refresh();
  }

  setCurves(curves: readonly RunCurve[], axis: CurveAxis): void {
    this.curves = curves;
    this.axis = axis;
    this.refresh();
  }

  /** Draws a loss by orders of magnitude; accuracy keeps its linear axis. */
  setLogScale(logarithmic: boolean): void {
    this.logarithmic = logarithmic && this.options.metric === 'loss';
    this.refresh();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.overlay.colours = looks[theme].overlay;
    this.refresh();
  }

  /** Marks a place, and brings one run forward: the others grow faint. */
  point(pointed: PointedCurve): void {
    this.pointed = pointed;
    this.refresh();
  }

  /** The chart in a sentence, for those who do not see it. */
  describe(): string {
    const name = this.options.metric === 'loss' ? 'Loss' : 'Accuracy';
    const runs = this.curves.map(({ name: run, points }) => {
      const last = points.at(-1);
      if (last === undefined) return `${run}: no epoch yet`;
      const validation = last.validation === null ? '' : `, validation ${this.written(last.validation)}`;
      return `${run}, epoch ${last.epoch}: training ${this.written(last.training)}${validation}`;
    });
    return `${name} of ${this.curves.length} ${this.curves.length === 1 ? 'run' : 'runs'}. ${runs.join('; ')}.`;
  }

  dispose(): void {
    cancelAnimationFrame(this.request);
    this.options.canvas.removeEventListener('pointermove', this.onPointer);
    this.options.canvas.removeEventListener('pointerleave', this.onLeave);
    this.chart.destroy();
  }

  private refresh(): void {
    if (this.request === 0) this.request = requestAnimationFrame(this.draw);
  }

  private readonly draw = (): void => {
    this.request = 0;
    const { chart, curves, axis, logarithmic } = this;
    const { metric } = this.options;
    const look = looks[this.theme];
    const options = chartOptions(look, metric, logarithmic);
    const x = options.scales?.['x'];
    const range = axisRange(curves, axis);
    Object.assign(x ?? {}, range, {
      // By its ticks, a narrow chart of six epochs would reach to ten.
      bounds: 'data',
      afterBuildTicks: (scale: Scale) => {
        scale.ticks = axisTicks(range, axis).map((value) => ({ value }));
      },
    });
    Object.assign(x?.ticks ?? {}, { callback: (value: number | string) => tickText(Number(value), axis) });
    const values = valueRange(curves, metric, logarithmic);
    Object.assign(options.scales?.['y'] ?? {}, values, logarithmic ? { afterBuildTicks: setLogTicks } : {});
    // The chart reads them as it is updated.
    chart.options = options;
    chart.data.datasets = curves.flatMap((curve) => this.datasetsOf(curve, look));
    this.overlay.step = this.pointed.at;
    this.overlay.marks = this.marks();
    chart.update('none');
  };

  private datasetsOf({ id, hue, points }: RunCurve, { surface }: Look): ChartDataset<'line', Point[]>[] {
    const forward = this.pointed.id === id;
    const faint = this.pointed.id !== null && !forward;
    const colour = `${runHue(this.theme, hue)}${faint ? '4d' : ''}`;
    const line = {
      borderColor: colour,
      borderWidth: forward ? 2.25 : 1.5,
      borderJoinStyle: 'round' as const,
      // A lone epoch is no line; many epochs need no points.
      pointRadius: points.length > 40 ? 0 : 2,
      pointBorderWidth: 1.25,
      pointHitRadius: 0,
      spanGaps: false,
      clip: 4,
      order: forward ? 0 : 1,
    };
    const places = points.map((point) => ({ x: point[this.axis], point }));
    return [
      {
        ...line,
        pointBackgroundColor: colour,
        data: places.map(({ x, point }) => ({ x, y: point.training })),
      },
      {
        ...line,
        pointBackgroundColor: surface,
        borderDash: [4, 3],
        data: places.map(({ x, point }) => ({ x, y: point.validation ?? Number.NaN })),
      },
    ];
  }

  /** On the curves where the crosshair is. Epochs alone: between them nothing was measured. */
  private marks(): OverlayState['marks'] {
    const { at, id } = this.pointed;
    if (at === null || this.axis === 'seconds') return [];
    return this.curves
      .filter((curve) => id === null || curve.id === id)
      .flatMap(({ hue, points }) => {
        const point = pointAt(points, this.axis, at);
        const colour = runHue(this.theme, hue);
        const values = point === null ? [] : [point.training, point.validation ?? Number.NaN];
        return values.filter(Number.isFinite).map((value) => ({ value, colour }));
      });
  }

  private readonly onPointer = (event: PointerEvent): void => {
    const { x, y } = this.chart.scales;
    const { left, right } = this.chart.chartArea;
    const value = x?.getValueForPixel(event.offsetX);
    if (value === undefined || y === undefined || event.offsetX < left - 6 || event.offsetX > right + 6) {
      this.onLeave();
      return;
    }
    const { min, max } = axisRange(this.curves, this.axis);
    const inside = Math.min(max, Math.max(min, value));
    const far = (height: number): number => Math.abs(y.getPixelForValue(height) - event.offsetY);
    this.options.onPoint?.({
      at: this.axis === 'epoch' ? Math.round(inside) : inside,
      id: nearestRun(this.curves, this.axis, inside, far, reach),
    });
  };

  private readonly onLeave = (): void => {
    this.options.onPoint?.(nothing);
  };

  private written(value: number): string {
    return this.options.metric === 'accuracy' ? `${(value * 100).toFixed(2)} %` : value.toPrecision(3);
  }
}

/** At those values that are named: few magnitudes would be drawn with lines in between that are not. */
function setLogTicks(scale: Scale): void {
  scale.ticks = logTicks(scale).map((value) => ({ value }));
}

/** Epochs are counted; seconds say what they are. */
function tickText(value: number, axis: CurveAxis): string {
  const text = value.toLocaleString('en');
  return axis === 'seconds' ? `${text} s` : text;
}

/** The epochs of several runs as curves over each other: how far their axes go, and which of them is pointed at. */
import type { EpochMetrics } from '#shared/api';
import { accuracyRange, lossRange, type Range } from './ranges';
import { StepSeries } from './step-series';

/** What lies along the horizontal axis: epochs, or seconds of training. */
export type CurveAxis = 'epoch' | 'seconds';
export type Metric = 'loss' | 'accuracy';

export interface RunPoint {
  readonly epoch: number;
  /** Of training, from the beginning of the run to the end of this epoch. */
  readonly seconds: number;
  readonly training: number;
  /** `null` when nothing is held back for validation. */
  readonly validation: number | null;
}

export interface RunCurve {
  readonly id: string;
  /** As it is called in words. */
  readonly name: string;
  /** Its place among the hues of runs. */
  readonly hue: number;
  readonly points: readonly RunPoint[];
}

/** A place on the horizontal axis, and the run whose curve is nearest; `null` where none is near. */
export interface PointedCurve {
  readonly at: number | null;
  readonly id: string | null;
}

export function runPoints(epochs: readonly EpochMetrics[], metric: Metric): readonly RunPoint[] {
  let seconds = 0;
  return epochs.map((epoch) => {
    seconds += epoch.seconds;
    const validation = metric === 'loss' ? epoch.validationLoss : epoch.validationAccuracy;
    return { epoch: epoch.epoch, seconds, training: epoch[metric], validation };
  });
}

/** The longest run fills the axis. */
export function axisRange(curves: readonly RunCurve[], axis: CurveAxis): Range {
  const furthest = Math.max(0, ...curves.map(({ points }) => points.at(-1)?.[axis] ?? 0));
  if (axis === 'seconds') return { min: 0, max: furthest === 0 ? 1 : furthest };
  // A lone epoch stands in the middle.
  return furthest > 1 ? { min: 1, max: furthest } : { min: 0, max: 2 };
}

/** Round numbers along the axis, at most seven; epochs are whole. */
export function axisTicks({ min, max }: Range, axis: CurveAxis): readonly number[] {
  const least = (max - min) / 6;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const rounded = [1, 2, 5, 10].map((mantissa) => mantissa * magnitude).find((size) => size >= least);
  const step = axis === 'epoch' ? Math.max(1, rounded ?? least) : (rounded ?? least);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** 1, 2 and 5 of every magnitude, 1 alone where there are many. */
export function logTicks({ min, max }: Range): readonly number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const mantissas = last - first > 3 ? [1] : [1, 2, 5];
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
    .flatMap((magnitude) => mantissas.map((mantissa) => mantissa * magnitude))
    .filter((value) => value >= min && value <= max);
}

export function valueRange(curves: readonly RunCurve[], metric: Metric, logarithmic: boolean): Range {
  const all = curves.flatMap(({ points }) => points.map((point) => ({ ...point, step: 0 })));
  const batches = new StepSeries();
  return metric === 'loss' ? lossRange(batches, all, logarithmic) : accuracyRange(batches, all);
}

/** The last epoch that had ended by then; `null` before the first and after the end of the run. */
export function pointAt<P extends Pick<RunPoint, CurveAxis>>(
  points: readonly P[],
  axis: CurveAxis,
  at: number,
): P | null {
  const last = points.at(-1);
  if (last === undefined || at > last[axis]) return null;
  return points.findLast((point) => point[axis] <= at) ?? null;
}

/** The run one of whose curves passes nearest, in units of `distance`, and nearer than `most`. */
export function nearestRun(
  curves: readonly RunCurve[],
  axis: CurveAxis,
  at: number,
  distance: (value: number) => number,
  most: number,
): string | null {
  let nearest: { readonly id: string; readonly far: number } | null = null;
  for (const { id, points } of curves) {
    for (const part of ['training', 'validation'] as const) {
      const value = heightAt(points, part, axis, at);
      const far = value === null ? Infinity : distance(value);
      if (far <= most && far < (nearest?.far ?? Infinity)) nearest = { id, far };
    }
  }
  return nearest?.id ?? null;
}

/** Where the drawn line passes, between two epochs too. */
function heightAt(
  points: readonly RunPoint[],
  part: 'training' | 'validation',
  axis: CurveAxis,
  at: number,
): number | null {
  const after = points.find((point) => point[axis] >= at);
  const before = points.findLast((point) => point[axis] <= at);
  if (before === undefined || after === undefined) return null;
  const [from, to] = [before[part] ?? Number.NaN, after[part] ?? Number.NaN];
  const span = after[axis] - before[axis];
  const height = span === 0 ? to : from + ((to - from) * (at - before[axis])) / span;
  return Number.isFinite(height) ? height : null;
}

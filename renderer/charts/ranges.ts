/** What the axes span. Chosen from smoothed curves and epochs, so that one wild batch does not squash a run. */
import type { EpochPoint } from './metric-chart';
import type { StepSeries } from './step-series';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The x axis: the whole run if its length is known, else a round number of steps that holds what there is. */
export function stepRange(known: number, total: number | null): Range {
  if (total !== null && total >= known) return { min: 0, max: Math.max(1, total) };
  let max = 100;
  while (max < known) max *= 2;
  return { min: 0, max };
}

/** The loss, from zero up; on a logarithmic axis from somewhat under the least of the smoothed values. */
export function lossRange(series: StepSeries, epochs: readonly EpochPoint[], logarithmic: boolean): Range {
  const { lowest, highest } = extremes(series, epochs, 0);
  if (highest === -Infinity) return logarithmic ? { min: 0.01, max: 10 } : { min: 0, max: 1 };
  const max = highest > 0 ? highest * 1.08 : 1;
  if (!logarithmic) return { min: Math.min(0, lowest), max };
  const positive = lowest > 0 ? lowest : max / 1e4;
  return { min: positive * 0.6, max: max * 1.2 };
}

const accuracyFloors = [0.95, 0.9, 0.8, 0.5];

/** Accuracy up to 1, from the highest of a few round floors that holds the run without its first tenth. */
export function accuracyRange(series: StepSeries, epochs: readonly EpochPoint[]): Range {
  const { lowest } = extremes(series, epochs, Math.floor(series.length / 10));
  return { min: accuracyFloors.find((floor) => floor <= lowest && lowest <= 1) ?? 0, max: 1 };
}

function extremes(
  series: StepSeries,
  epochs: readonly EpochPoint[],
  from: number,
): { lowest: number; highest: number } {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = from; i < series.length; i++) {
    const value = series.smoothed[i] as number;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  for (const { training, validation } of epochs) {
    for (const value of [training, validation]) {
      if (value === null || !Number.isFinite(value)) continue;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
  }
  return { lowest, highest };
}

import { describe, expect, it } from 'vitest';
import { smoothing, StepSeries } from '../../../../renderer/charts/step-series';

/** The moving average by its definition: a weighted mean of all values so far. */
function weightedMean(values: readonly number[], upTo: number): number {
  let sum = 0;
  let weights = 0;
  const finite = values.slice(0, upTo + 1).filter(Number.isFinite);
  finite.forEach((value, i) => {
    const weight = smoothing ** (finite.length - 1 - i);
    sum += weight * value;
    weights += weight;
  });
  return sum / weights;
}

const noisy = Array.from({ length: 400 }, (_, i) => 2 / (1 + i) + 0.3 * Math.sin(i * 12.9898));

describe('StepSeries', () => {
  it('smooths without a bias at the start', () => {
    const series = new StepSeries();
    series.append(0, Float32Array.from(noisy));
    expect(series.smoothed[0]).toBeCloseTo(noisy[0] as number, 5);
    for (const step of [1, 10, 100, 399]) {
      expect(series.smoothed[step]).toBeCloseTo(weightedMean(noisy, step), 4);
    }
  });

  it('holds a constant exactly', () => {
    const series = new StepSeries();
    series.append(0, new Float32Array(50).fill(0.25));
    for (let step = 0; step < 50; step++) expect(series.smoothed[step]).toBeCloseTo(0.25, 6);
  });

  it('does not depend on how the values arrive', () => {
    const whole = new StepSeries();
    whole.append(0, Float32Array.from(noisy));
    const pieces = new StepSeries();
    for (let i = 0; i < noisy.length; i += 7) pieces.append(i, Float32Array.from(noisy.slice(i, i + 7)));
    expect(pieces.smoothed.subarray(0, 400)).toEqual(whole.smoothed.subarray(0, 400));
  });

  it('shows what is not finite as a gap that leaves no trace', () => {
    const broken = [1, Number.NaN, 2, Infinity, 3];
    const series = new StepSeries();
    series.append(0, Float32Array.from(broken));
    expect(series.smoothed[1]).toBeNaN();
    expect(series.smoothed[3]).toBeNaN();
    expect(series.smoothed[4]).toBeCloseTo(weightedMean(broken, 4), 5);
  });

  it('shows skipped steps as a gap and replaces steps that come again', () => {
    const series = new StepSeries();
    series.append(2, Float32Array.of(5, 6));
    expect(series.length).toBe(4);
    expect(series.values[0]).toBeNaN();
    series.append(3, Float32Array.of(7, 8));
    expect(Array.from(series.values.subarray(2, 5))).toEqual([5, 7, 8]);
    expect(series.smoothed[4]).toBeCloseTo(weightedMean([5, 7, 8], 2), 5);
  });

  it('starts anew when it is cleared', () => {
    const series = new StepSeries();
    series.append(0, Float32Array.of(100));
    series.clear();
    series.append(0, Float32Array.of(1));
    expect(series.length).toBe(1);
    expect(series.smoothed[0]).toBeCloseTo(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '#shared/api';
import {
  axisRange,
  axisTicks,
  logTicks,
  nearestRun,
  pointAt,
  runPoints,
  valueRange,
  type RunCurve,
} from '../../../../renderer/charts/run-curves';

function epochsOf(
  losses: readonly number[],
  validation: readonly (number | null)[],
): readonly EpochMetrics[] {
  return losses.map((loss, index) => ({
    epoch: index + 1,
    loss,
    accuracy: 1 - loss,
    validationLoss: validation[index] ?? null,
    validationAccuracy: null,
    learningRate: 0.001,
    imagesPerSecond: 100,
    seconds: 2.5,
    deadFilters: [],
  }));
}

function curve(id: string, losses: readonly number[], validation: readonly (number | null)[] = []): RunCurve {
  return { id, name: id, hue: 0, points: runPoints(epochsOf(losses, validation), 'loss') };
}

const long = curve('long', [0.8, 0.6, 0.4, 0.2], [0.9, 0.7, 0.5, 0.3]);
const short = curve('short', [0.5, 0.3]);

describe('runs over each other', () => {
  it('lie along epochs, or along the seconds that their epochs took', () => {
    expect(long.points.map(({ epoch, seconds }) => [epoch, seconds])).toEqual([
      [1, 2.5],
      [2, 5],
      [3, 7.5],
      [4, 10],
    ]);
    expect(axisRange([short, long], 'epoch')).toEqual({ min: 1, max: 4 });
    expect(axisRange([short, long], 'seconds')).toEqual({ min: 0, max: 10 });
    expect(axisRange([curve('new', [])], 'epoch')).toEqual({ min: 0, max: 2 });
  });

  it('have round numbers under them, whole ones for epochs', () => {
    expect(axisTicks({ min: 1, max: 4 }, 'epoch')).toEqual([1, 2, 3, 4]);
    expect(axisTicks({ min: 0, max: 2 }, 'epoch')).toEqual([0, 1, 2]);
    expect(axisTicks({ min: 1, max: 30 }, 'epoch')).toEqual([5, 10, 15, 20, 25, 30]);
    expect(axisTicks({ min: 1, max: 1000 }, 'epoch')).toEqual([200, 400, 600, 800, 1000]);
    expect(axisTicks({ min: 0, max: 37.2 }, 'seconds')).toEqual([0, 10, 20, 30]);
    expect(axisTicks({ min: 0, max: 1.1 }, 'seconds')).toEqual(
      [0, 0.2, 0.4, 0.6, 0.8, 1].map((x) => expect.closeTo(x)),
    );
  });

  it('have 1, 2 and 5 beside a logarithmic axis, and 1 alone beside a long one', () => {
    const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 9) as number);
    expect(logTicks({ min: 0.11, max: 4 })).toEqual(near([0.2, 0.5, 1, 2]));
    expect(logTicks({ min: 0.0004, max: 30 })).toEqual(near([0.001, 0.01, 0.1, 1, 10]));
  });

  it('share an axis that holds every value that is finite', () => {
    const { min, max } = valueRange([short, long, curve('diverged', [0.4, NaN])], 'loss', false);
    expect(min).toBe(0);
    expect(max).toBeGreaterThan(0.9);
    expect(max).toBeLessThan(1.1);
    expect(valueRange([short], 'loss', true).min).toBeGreaterThan(0);
  });

  it('are read at the last epoch that had ended, and not after their end', () => {
    expect(pointAt(long.points, 'epoch', 3)?.training).toBe(0.4);
    expect(pointAt(long.points, 'seconds', 6)?.epoch).toBe(2);
    expect(pointAt(long.points, 'seconds', 1)).toBeNull();
    expect(pointAt(short.points, 'epoch', 3)).toBeNull();
  });

  it('tell which one is pointed at, between epochs and by its validation too', () => {
    const at = (x: number, height: number) =>
      nearestRun([short, long], 'epoch', x, (value) => Math.abs(value - height), 0.06);
    expect(at(1.5, 0.41)).toBe('short');
    expect(at(1.5, 0.79)).toBe('long');
    expect(at(3, 0.4)).toBe('long');
    expect(at(3, 0.1)).toBeNull();
    expect(nearestRun([curve('diverged', [NaN, NaN])], 'epoch', 1, () => 0, 1)).toBeNull();
  });
});

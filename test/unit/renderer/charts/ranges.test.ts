import { describe, expect, it } from 'vitest';
import { accuracyRange, lossRange, stepRange } from '../../../../renderer/charts/ranges';
import { StepSeries } from '../../../../renderer/charts/step-series';

function series(values: ArrayLike<number>): StepSeries {
  const made = new StepSeries();
  made.append(0, Float32Array.from(values));
  return made;
}

const learning = (from: number, to: number) =>
  series(Array.from({ length: 2000 }, (_, i) => to + (from - to) * Math.exp(-i / 60)));

describe('stepRange', () => {
  it('stands still while a run of known length trains', () => {
    for (const known of [0, 1, 500, 4690]) expect(stepRange(known, 4690)).toEqual({ min: 0, max: 4690 });
  });

  it('grows in few jumps where the length is not known', () => {
    const ends = new Set(Array.from({ length: 10_000 }, (_, known) => stepRange(known, null).max));
    expect(ends.size).toBeLessThan(10);
    for (const known of [7, 900, 9999]) expect(stepRange(known, null).max).toBeGreaterThanOrEqual(known);
  });

  it('holds a run that is longer than announced', () => {
    expect(stepRange(120, 100).max).toBeGreaterThanOrEqual(120);
  });
});

describe('lossRange', () => {
  it('holds the curve and is not squashed by one wild batch', () => {
    const wild = Array.from({ length: 1000 }, () => 0.5);
    wild[700] = 40;
    const { min, max } = lossRange(series(wild), [], false);
    expect(min).toBe(0);
    expect(max).toBeGreaterThan(0.5);
    expect(max).toBeLessThan(4);
  });

  it('holds the epochs', () => {
    const { max } = lossRange(
      learning(2.3, 0.1),
      [{ step: 100, epoch: 1, training: 1, validation: 5 }],
      false,
    );
    expect(max).toBeGreaterThanOrEqual(5);
  });

  it('is positive on a logarithmic axis, also before and without anything to show', () => {
    for (const some of [new StepSeries(), series([0, 0, 0]), series([Number.NaN]), learning(2.3, 0.01)]) {
      const { min, max } = lossRange(some, [], true);
      expect(min).toBeGreaterThan(0);
      expect(max).toBeGreaterThan(min);
    }
  });
});

describe('accuracyRange', () => {
  it('shows the whole scale until there is something to zoom in on', () => {
    expect(accuracyRange(new StepSeries(), [])).toEqual({ min: 0, max: 1 });
    expect(accuracyRange(learning(0.1, 0.3), [])).toEqual({ min: 0, max: 1 });
  });

  it('zooms in on a network that reads nearly everything, and keeps its epochs in view', () => {
    const { min } = accuracyRange(learning(0.1, 0.985), []);
    expect(min).toBeGreaterThanOrEqual(0.5);
    const validation = 0.61;
    const epochs = [{ step: 500, epoch: 1, training: 0.98, validation }];
    expect(accuracyRange(learning(0.1, 0.985), epochs).min).toBeLessThanOrEqual(validation);
  });
});

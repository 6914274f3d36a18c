import { describe, expect, it } from 'vitest';
import { roundAxis } from '../../../../../electron/lab/export/report/axis';

describe('an axis', () => {
  it.each([
    { values: [0.0475, 0.18], ticks: [0, 0.05, 0.1, 0.15, 0.2] },
    { values: [0.944, 0.985], ticks: [0.94, 0.96, 0.98, 1] },
    { values: [0.2, 2.3], ticks: [0, 1, 2, 3] },
    { values: [0, 100], ticks: [0, 50, 100] },
    { values: [-3, 5], ticks: [-4, -2, 0, 2, 4, 6] },
    { values: [1e-9, 3e-9], ticks: [1e-9, 1.5e-9, 2e-9, 2.5e-9, 3e-9] },
    { values: [0.5], ticks: [0.4, 0.6] },
    { values: [0], ticks: [0, 0.5] },
  ])('of $values has round ticks $ticks', ({ values, ticks }) => {
    expect(roundAxis(values).ticks).toEqual(ticks);
  });
});

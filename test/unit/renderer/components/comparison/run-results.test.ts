import { describe, expect, it } from 'vitest';
import { runResults, type RunOutcome } from '../../../../../renderer/components/comparison/run-results';

const outcome: RunOutcome = {
  testAccuracy: 0.9,
  testLoss: 0.25,
  parameters: 93_322,
  imagesPerSecond: 4310.4,
  epochs: [0.5, 0.3, 0.4].map((validationLoss, index) => ({
    epoch: index + 1,
    loss: 0.2,
    accuracy: 0.95,
    validationLoss,
    validationAccuracy: 1 - validationLoss,
    learningRate: 0.001,
    imagesPerSecond: 4000,
    seconds: 20.5,
    deadFilters: [],
  })),
};

function measure(label: string, ...runs: readonly RunOutcome[]) {
  const found = runResults(runs).find((result) => result.label === label);
  return { values: found?.values, best: found?.best };
}

describe('the results of runs', () => {
  it('have units, and mark the best', () => {
    const worse = { ...outcome, testAccuracy: 0.8, testLoss: 0.5, imagesPerSecond: 900 };
    expect(measure('Test accuracy', outcome, worse)).toEqual({
      values: ['90.00 %', '80.00 %'],
      best: [true, false],
    });
    expect(measure('Test loss', worse, outcome)).toEqual({
      values: ['0.5000', '0.2500'],
      best: [false, true],
    });
    expect(measure('Speed', outcome, worse).values).toEqual(['4,310 images/s', '900 images/s']);
    expect(measure('Parameters', outcome, { ...worse, parameters: 5 }).best).toEqual([false, false]);
  });

  it('mark all that are equally good, and none where all are', () => {
    const better = { ...outcome, testAccuracy: 0.95 };
    expect(measure('Test accuracy', better, outcome, better).best).toEqual([true, false, true]);
    expect(measure('Test accuracy', outcome, outcome).best).toEqual([false, false]);
    expect(measure('Test accuracy', outcome).best).toEqual([false]);
  });

  it('take the best epoch of validation, and what is known of a run that has not ended', () => {
    const running = { ...outcome, testAccuracy: null, testLoss: null, imagesPerSecond: null };
    expect(measure('Least validation loss', running).values).toEqual(['0.3000']);
    expect(measure('Best validation accuracy', running).values).toEqual(['70.00 %']);
    expect(measure('Speed', running).values).toEqual(['4,000 images/s']);
    expect(measure('Time of training', running).values).toEqual(['1:02 min']);
    expect(measure('Test accuracy', running, outcome).values).toEqual(['–', '90.00 %']);
    // One alone is best of nothing.
    expect(measure('Test accuracy', running, outcome).best).toEqual([false, false]);
    expect(measure('Speed', { ...running, epochs: [] }).values).toEqual(['–']);
  });
});

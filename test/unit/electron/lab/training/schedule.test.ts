import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '#shared/api';
import { earlyStoppingSpec, scheduleSpec, type EarlyStoppingSpec, type ScheduleSpec } from '#shared/spec';
import { startOfTraining } from '../../../../../electron/lab/runs/position';
import { earlyStoppingAfter } from '../../../../../electron/lab/training/early-stopping';
import { learningRateAt, plateauAfter } from '../../../../../electron/lab/training/schedule';
import keras from '../../../../fixtures/keras/schedules.json';

const length = { epochs: keras.epochs, stepsPerEpoch: keras.stepsPerEpoch };

function expectRates(
  schedule: ScheduleSpec,
  warmUpSteps: number,
  from: number,
  expected: readonly number[],
): void {
  expected.forEach((rate, index) => {
    const found = learningRateAt({ schedule, warmUpSteps }, keras.base, from + index, 1, length);
    expect(Math.abs(found / rate - 1)).toBeLessThan(1e-5);
  });
}

const metricsOf = (epoch: number, validationLoss: number): EpochMetrics => ({
  epoch,
  loss: 1,
  accuracy: 0,
  validationLoss,
  validationAccuracy: 0,
  learningRate: keras.base,
  imagesPerSecond: 1,
  seconds: 1,
  deadFilters: [],
});

describe('learning rates are those of Keras', () => {
  it('on a cosine', () => {
    expectRates(scheduleSpec.parse({ kind: 'cosine', finalShare: 0.1 }), 0, 0, keras.cosine);
  });

  it('on a cosine after a warm-up', () => {
    const schedule = scheduleSpec.parse({ kind: 'cosine' });
    expectRates(schedule, 10, 10, keras.cosineAfterWarmUp);
    const rising = [0, 4, 9].map((step) =>
      learningRateAt({ schedule, warmUpSteps: 10 }, keras.base, step, 1, length),
    );
    expect(rising).toEqual([0.1, 0.5, 1].map((share) => expect.closeTo(share * keras.base, 10) as number));
  });

  it('in steps', () => {
    expectRates(scheduleSpec.parse({ kind: 'step', everyEpochs: 2, factor: 0.5 }), 0, 0, keras.step);
  });

  it('reduced on a plateau', () => {
    const schedule = scheduleSpec.parse({ kind: 'plateau', patience: 2, factor: 0.5, lowest: 0.004 });
    let state = startOfTraining(keras.base).plateau;
    keras.plateau.forEach(({ rate }, epoch) => {
      state = plateauAfter(schedule, state, keras.losses[epoch] as number, keras.base);
      expect(learningRateAt({ schedule, warmUpSteps: 0 }, keras.base, 0, state.factor, length)).toBeCloseTo(
        rate,
        8,
      );
    });
  });
});

describe('early stopping ends a run where Keras does', () => {
  function expectStops(spec: EarlyStoppingSpec, expected: readonly { readonly stop: boolean }[]): void {
    let { state } = { state: startOfTraining(keras.base).earlyStopping };
    expected.forEach(({ stop }, epoch) => {
      const after = earlyStoppingAfter(
        spec,
        state,
        metricsOf(epoch + 1, keras.losses[epoch] as number),
        epoch,
      );
      expect(after.stop).toBe(stop);
      state = after.state;
    });
  }

  it('with a patience of 2', () => {
    expectStops(earlyStoppingSpec.parse({ patience: 2 }), keras.earlyStopping);
  });

  it('counting only improvements beyond a minimum', () => {
    expectStops(earlyStoppingSpec.parse({ patience: 3, minimumDelta: 0.15 }), keras.earlyStoppingDelta);
  });

  it('remembers the best epoch', () => {
    const spec = earlyStoppingSpec.parse({});
    let state = startOfTraining(keras.base).earlyStopping;
    keras.losses.forEach((loss, epoch) => {
      state = earlyStoppingAfter(spec, state, metricsOf(epoch + 1, loss), 100 * epoch).state;
    });
    expect(state).toMatchObject({ best: 0.7, bestStep: 400 });
  });
});

import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EpochMetrics } from '#shared/api';
import { useMetricsStore } from '../../../../renderer/stores/metrics';
import { metricsFrom } from '../samples';

beforeEach(() => {
  setActivePinia(createPinia());
});

const epoch = (number: number): EpochMetrics => ({
  epoch: number,
  loss: 1,
  accuracy: 0.5,
  validationLoss: null,
  validationAccuracy: null,
  learningRate: 0.001,
  imagesPerSecond: 1000,
  seconds: 1,
  deadFilters: [],
});

describe('metrics', () => {
  it('grow by updates, past the first buffer', () => {
    const metrics = useMetricsStore();
    for (let from = 0; from < 5000; from += 500) expect(metrics.append(metricsFrom(from, 500))).toBe(true);
    expect(metrics.steps).toBe(5000);
    expect([...metrics.since('loss', 4997)]).toEqual([4997, 4998, 4999]);
    expect(metrics.last('loss')).toBe(4999);
  });

  it('refuse an update after a gap and stay as they were', () => {
    const metrics = useMetricsStore();
    metrics.append(metricsFrom(0, 10));
    expect(metrics.append(metricsFrom(12, 5))).toBe(false);
    expect(metrics.steps).toBe(10);
  });

  it('pass over what they have already', () => {
    const metrics = useMetricsStore();
    metrics.append({ ...metricsFrom(0, 10), epochs: [epoch(1)] });
    expect(metrics.append({ ...metricsFrom(8, 5), epochs: [epoch(1), epoch(2)] })).toBe(true);
    expect([...metrics.since('loss', 0)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(metrics.epochs.map(({ epoch: number }) => number)).toEqual([1, 2]);
  });

  it('tell those who draw them that they begin anew', () => {
    const metrics = useMetricsStore();
    metrics.append(metricsFrom(0, 10));
    const before = metrics.generation;
    metrics.clear();
    expect(metrics.generation).not.toBe(before);
    expect(metrics.since('loss', 0)).toHaveLength(0);
    expect(metrics.last('accuracy')).toBeNull();
  });
});

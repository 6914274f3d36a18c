import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { EpochMetrics, MetricsUpdate } from '#shared/api';
import { GrowingFloats } from './growing-floats';

export type MetricName = 'loss' | 'accuracy';

/** How long the run is, in batches. */
export interface RunLength {
  readonly stepsPerEpoch: number;
  readonly steps: number;
}

/**
 * The metrics of the run in focus. The batches' values lie in typed arrays outside of Vue's reactivity; `version`
 * changes with every update and `generation` whenever they begin anew.
 */
export const useMetricsStore = defineStore('metrics', () => {
  const version = shallowRef(0);
  const generation = shallowRef(0);
  const epochs = shallowRef<readonly EpochMetrics[]>([]);
  const steps = shallowRef(0);
  /** `null` before there is a run. */
  const runLength = shallowRef<RunLength | null>(null);
  const batches: Record<MetricName, GrowingFloats> = {
    loss: new GrowingFloats(),
    accuracy: new GrowingFloats(),
  };

  function clear(): void {
    batches.loss.clear();
    batches.accuracy.clear();
    epochs.value = [];
    steps.value = 0;
    runLength.value = null;
    generation.value++;
    version.value++;
  }

  /**
   * Takes an update; what it repeats of earlier ones is passed over. Returns false, and takes nothing, if batches
   * are missing between it and the last one.
   */
  function append(update: MetricsUpdate): boolean {
    const repeated = steps.value - update.firstStep;
    if (repeated < 0) return false;
    batches.loss.append(update.loss.subarray(repeated));
    batches.accuracy.append(update.accuracy.subarray(repeated));
    const lastEpoch = epochs.value.at(-1)?.epoch ?? 0;
    const fresh = update.epochs.filter(({ epoch }) => epoch > lastEpoch);
    if (fresh.length > 0) epochs.value = [...epochs.value, ...fresh];
    steps.value = batches.loss.length;
    version.value++;
    return true;
  }

  function since(metric: MetricName, firstStep: number): Float32Array {
    return batches[metric].since(firstStep);
  }

  function last(metric: MetricName): number | null {
    return batches[metric].last();
  }

  return { version, generation, epochs, steps, runLength, clear, append, since, last };
});

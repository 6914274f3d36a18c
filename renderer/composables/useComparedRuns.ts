import { computed, type ComputedRef } from 'vue';
import { useRunRows, type RunRow } from './useRunRows';
import { useComparisonStore, type RunEpochs } from '../stores/comparison';
import { useMetricsStore } from '../stores/metrics';

/** A run that is compared with others. */
export interface ComparedRun {
  readonly folder: string;
  readonly hue: number;
  readonly row: RunRow;
  readonly epochs: RunEpochs;
}

/** The chosen runs. The one in focus is as far as this window knows it: it is followed while it is trained. */
export function useComparedRuns(): ComputedRef<readonly ComparedRun[]> {
  const comparison = useComparisonStore();
  const metrics = useMetricsStore();
  const rows = useRunRows();
  return computed(() =>
    comparison.chosen.flatMap(({ folder, hue }) => {
      const row = rows.value.find(({ listing }) => listing.folder === folder);
      if (row === undefined) return [];
      const epochs: RunEpochs = row.onBench
        ? { kind: 'read', epochs: metrics.epochs }
        : comparison.epochsOf(folder);
      return [{ folder, hue, row, epochs }];
    }),
  );
}

import { computed, type ComputedRef } from 'vue';
import type { DeadFilters } from '#shared/api';
import { useMetricsStore } from '../stores/metrics';

/** The dead filters that the last epoch found, by the name of their layer. */
export function useDeadFilters(): ComputedRef<ReadonlyMap<string, DeadFilters>> {
  const metrics = useMetricsStore();
  return computed(
    () => new Map((metrics.epochs.at(-1)?.deadFilters ?? []).map((filters) => [filters.layer, filters])),
  );
}

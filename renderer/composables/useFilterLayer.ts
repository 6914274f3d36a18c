import { watch } from 'vue';
import { useFilterFocusStore } from '../stores/filter-focus';
import { useFiltersStore } from '../stores/filters';
import { useMetricsStore } from '../stores/metrics';
import { useSessionStore } from '../stores/session';
import { useWindowStore } from '../stores/window';

/** Keeps the filters that are looked at those of the network on the bench, and of the layer chosen on the stage. */
export function useFilterLayer(): void {
  const filters = useFiltersStore();
  const focus = useFilterFocusStore();
  const metrics = useMetricsStore();
  const session = useSessionStore();
  const window = useWindowStore();

  watch(
    () => session.network,
    (network) => {
      filters.clear();
      void focus.focus(null);
      const weighted = network?.summary.layers.filter(({ parameters }) => parameters > 0) ?? [];
      if (!weighted.some(({ name }) => name === filters.layer)) filters.layer = weighted[0]?.name ?? null;
    },
    { immediate: true },
  );
  watch(
    () => window.selectedLayer,
    (name) => {
      const layer = session.network?.summary.layers.find((candidate) => candidate.name === name);
      if (layer !== undefined && layer.parameters > 0) filters.layer = layer.name;
    },
  );
  watch(
    () => filters.layer,
    () => void focus.focus(null),
  );
  watch(
    [
      () => window.view,
      () => filters.kernelQuestion,
      // While a run trains, kernels are read again after every epoch.
      () => metrics.epochs.length,
    ],
    ([view]) => {
      if (view === 'filters' && session.network !== null) void filters.readKernels();
    },
    { immediate: true },
  );
}

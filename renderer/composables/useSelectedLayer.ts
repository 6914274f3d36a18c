import { computed, type ComputedRef } from 'vue';
import { useStageLayers, type ShownLayer } from './useStageLayers';
import { useWindowStore } from '../stores/window';

/** The layer that is looked at, and the way to its neighbours. */
export function useSelectedLayer(): {
  readonly layer: ComputedRef<ShownLayer | null>;
  /** Selects the layer after (1) or before (-1) the selected one; from none, the first or the last. */
  select(direction: 1 | -1): void;
} {
  const window = useWindowStore();
  const layers = useStageLayers();
  const index = computed(() => layers.value.findIndex(({ name }) => name === window.selectedLayer));
  const layer = computed(() => layers.value[index.value] ?? null);

  function select(direction: 1 | -1): void {
    const last = layers.value.length - 1;
    const from = index.value === -1 && direction === -1 ? last + 1 : index.value;
    const next = layers.value[Math.min(last, Math.max(0, from + direction))];
    if (next !== undefined) window.selectedLayer = next.name;
  }

  return { layer, select };
}

import { watch } from 'vue';
import { useSessionStore } from '../stores/session';
import { useWindowStore } from '../stores/window';

/** Looks at the first layer of a network that lacks the one looked at before. Looking at none stays so. */
export function useDefaultLayer(): void {
  const session = useSessionStore();
  const window = useWindowStore();
  let first = true;

  watch(
    () => session.network,
    (network) => {
      if (network === null) return;
      const names = network.summary.layers.map(({ name }) => name);
      const lost = window.selectedLayer === null ? first : !names.includes(window.selectedLayer);
      if (lost) window.selectedLayer = names[0] ?? null;
      first = false;
    },
    { immediate: true },
  );
}

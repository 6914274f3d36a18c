import { useThrottleFn } from '@vueuse/core';
import { watch } from 'vue';
import { useEvidenceStore } from '../stores/evidence';
import { useFramesStore } from '../stores/frames';
import { useSessionStore } from '../stores/session';
import { useWindowStore } from '../stores/window';

/** Evidence takes the time of several steps: while a run trains it is not asked for more often. */
const leastMilliseconds = 700;

/** Keeps the evidence that is in sight true to the probe, the network and what is asked. */
export function useAutomaticEvidence(): void {
  const evidence = useEvidenceStore();
  const frames = useFramesStore();
  const session = useSessionStore();
  const window = useWindowStore();
  const ask = useThrottleFn(() => evidence.ask(), leastMilliseconds, true);

  watch(
    () => session.network,
    () => {
      evidence.clear();
    },
  );
  watch(
    [() => window.view, () => frames.latest, () => evidence.checked],
    ([view, frame]) => {
      if (view === 'evidence' && frame !== null) void ask();
    },
    { immediate: true },
  );
}

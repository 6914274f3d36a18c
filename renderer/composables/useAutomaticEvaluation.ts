import { watch } from 'vue';
import { useEvaluationStore } from '../stores/evaluation';
import { useLabStore } from '../stores/lab';
import { useSessionStore } from '../stores/session';

/** Reads the test images once a run has ended, unless there is nothing left of its network. */
export function useAutomaticEvaluation(): void {
  const lab = useLabStore();
  const session = useSessionStore();
  const evaluation = useEvaluationStore();

  watch(
    () => {
      const current = session.session;
      const ended = current.phase === 'finished' && current.result?.ended !== 'diverged';
      return lab.connected && ended ? current : null;
    },
    (ended) => {
      if (ended !== null) void evaluation.evaluate();
    },
    { immediate: true },
  );
}

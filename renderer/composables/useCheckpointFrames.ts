import { watchDebounced } from '@vueuse/core';
import type { Frame } from '#shared/frames';
import { useFramesStore } from '../stores/frames';
import { useLabStore } from '../stores/lab';
import { useProblemStore } from '../stores/problem';
import { useSessionStore } from '../stores/session';

/** A drawing is complete, or nearly, when the image has not changed for this long. */
const settledMilliseconds = 300;

/**
 * Once a run has ended, its timeline shows what the network made of the image that is shown now, whichever was shown while
 * it was trained: what was not seen live is asked for, checkpoint by checkpoint.
 */
export function useCheckpointFrames(): void {
  const frames = useFramesStore();
  const lab = useLabStore();
  const problems = useProblemStore();
  const session = useSessionStore();

  const wanted = (): string | null =>
    lab.connected && session.phase === 'finished' && frames.latest !== null
      ? `${session.run?.id} ${frames.image}`
      : null;

  watchDebounced(
    wanted,
    async (key) => {
      if (key === null) return;
      // What was followed live is denser than the checkpoints are.
      if (frames.areOfOneImage() && frames.kept.length > 1) return;
      await problems.reporting('Going back in the run', async () => {
        const past: Frame[] = [];
        for (const step of await lab.lab().keptSteps()) {
          if (wanted() !== key) return;
          if (step < (frames.latest?.step ?? 0)) past.push(await lab.lab().frameAt(step));
        }
        // All at once, so that the timeline does not empty and fill while one draws.
        if (wanted() === key) frames.takePast(past);
      });
    },
    { debounce: settledMilliseconds, immediate: true },
  );
}

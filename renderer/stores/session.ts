import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { NetworkInfo, Progress, RunInfo, Session } from '#shared/api';
import { ProblemError, type Problem } from '#shared/errors';
import type { Recipe } from '#shared/spec';
import { useLabStore } from './lab';
import { useProblemStore } from './problem';
import { useRecipeStore } from './recipe';

export type TransportAction = 'train' | 'pause' | 'resume' | 'stop';

/** What the lab is doing, and the controls that change it. */
export const useSessionStore = defineStore('session', () => {
  const lab = useLabStore();
  const problems = useProblemStore();
  const recipes = useRecipeStore();

  const session = shallowRef<Session>({ phase: 'empty' });
  const progress = shallowRef<Progress | null>(null);
  /** The control that was used and has not been answered yet. */
  const pending = shallowRef<TransportAction | null>(null);

  const phase = computed(() => session.value.phase);
  const network = shallowRef<NetworkInfo | null>(null);
  const run = computed<RunInfo | null>(() => ('run' in session.value ? session.value.run : null));
  const running = computed(() => ['training', 'paused', 'evaluating'].includes(phase.value));
  /** A run is under way or about to be: its recipe is shown and cannot be changed. */
  const locked = computed(() => running.value || pending.value === 'train');

  function take(next: Session): void {
    session.value = next;
    // While the next network is prepared, and if that fails, the last one stays on the stage.
    if ('network' in next) network.value = next.network;
  }

  function takeProgress(next: Progress | null): void {
    progress.value = next;
  }

  /** Puts an untrained network of this recipe on the bench; a refusal is shown at its field. */
  async function prepare(recipe: Recipe): Promise<void> {
    reportFault('Preparing the network', await recipes.submit(recipe, () => lab.lab().prepare(recipe)));
  }

  async function train(): Promise<void> {
    const recipe = recipes.recipe;
    if (recipe === null || locked.value || !lab.connected) return;
    pending.value = 'train';
    reportFault('Starting the run', await recipes.submit(recipe, () => lab.lab().train(recipe)));
    pending.value = null;
  }

  /** A fault that made the session fail is shown on the stage already. */
  function reportFault(attempt: string, fault: Problem | null): void {
    if (fault !== null && phase.value !== 'failed') problems.report(attempt, new ProblemError(fault));
  }

  const pause = () => control('pause', 'Pausing the run');
  const resume = () => control('resume', 'Resuming the run');
  const stop = () => control('stop', 'Stopping the run');

  async function control(action: Exclude<TransportAction, 'train'>, attempt: string): Promise<void> {
    pending.value = action;
    await problems.reporting(attempt, () => lab.lab()[action]());
    pending.value = null;
  }

  /** What the space bar does. */
  async function toggle(): Promise<void> {
    if (pending.value !== null) return;
    if (phase.value === 'training') await pause();
    else if (phase.value === 'paused') await resume();
    else await train();
  }

  return {
    session,
    progress,
    pending,
    phase,
    network,
    run,
    running,
    locked,
    take,
    takeProgress,
    prepare,
    train,
    pause,
    resume,
    stop,
    toggle,
  };
});

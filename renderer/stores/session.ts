import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { NetworkInfo, Progress, RunInfo, Session } from '#shared/api';
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
  /** Nothing is under way that a new recipe would disturb. */
  const idle = computed(() => !running.value && phase.value !== 'preparing' && pending.value !== 'train');

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
    await recipes.submit(recipe, 'Preparing the network', () => lab.lab().prepare(recipe));
  }

  async function train(): Promise<void> {
    const recipe = recipes.recipe;
    if (recipe === null || !idle.value || !lab.connected) return;
    pending.value = 'train';
    await recipes.submit(recipe, 'Starting the run', () => lab.lab().train(recipe));
    pending.value = null;
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
    idle,
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

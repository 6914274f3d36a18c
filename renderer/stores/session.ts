import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { NetworkInfo, Progress, Resumption, RunInfo, Session } from '#shared/api';
import { ProblemError, type Problem } from '#shared/errors';
import type { Recipe } from '#shared/spec';
import { useLabStore } from './lab';
import { useModelDraftStore } from './model-draft';
import { useProblemStore } from './problem';
import { useRecipeStore } from './recipe';

export type TransportAction = 'train' | 'resumeRun' | 'openRun' | 'pause' | 'resume' | 'stop';

/** What the lab is doing, and the controls that change it. */
export const useSessionStore = defineStore('session', () => {
  const lab = useLabStore();
  const problems = useProblemStore();
  const recipes = useRecipeStore();
  const drafts = useModelDraftStore();

  const session = shallowRef<Session>({ phase: 'empty' });
  const progress = shallowRef<Progress | null>(null);
  /** The run that ended without a result while this window watched; it can be resumed. */
  const interrupted = shallowRef<RunInfo | null>(null);
  /** The control that was used and has not been answered yet. */
  const pending = shallowRef<TransportAction | null>(null);

  const phase = computed(() => session.value.phase);
  const network = shallowRef<NetworkInfo | null>(null);
  const run = computed<RunInfo | null>(() => ('run' in session.value ? session.value.run : null));
  const running = computed(() => ['training', 'paused', 'evaluating'].includes(phase.value));
  /** A run is under way or about to be: its recipe is shown and cannot be changed. */
  const locked = computed(
    () => running.value || ['train', 'resumeRun', 'openRun'].includes(pending.value ?? ''),
  );

  function take(next: Session): void {
    if (next.phase === 'failed') interrupt();
    session.value = next;
    // While the next network is prepared, and if that fails, the last one stays on the stage.
    if ('network' in next) network.value = next.network;
    // Another run, or this one after all.
    if ('run' in next) interrupted.value = null;
  }

  /** What was under way ended without a result: the lab's process died, or the run failed. */
  function interrupt(): void {
    if (running.value) interrupted.value = run.value;
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
    if (recipe === null || drafts.broken || locked.value || !lab.connected) return;
    pending.value = 'train';
    reportFault('Starting the run', await recipes.submit(recipe, () => lab.lab().train(recipe)));
    pending.value = null;
  }

  /** Goes on with a run that is kept. */
  const resumeRun = (resumption: Resumption) =>
    withRun('resumeRun', 'Resuming the run', () => lab.lab().resumeRun(resumption));

  /** Puts the network of a run that is kept on the bench, as it ended. */
  const openRun = (folder: string) => withRun('openRun', 'Opening the run', () => lab.lab().openRun(folder));

  /** @returns whether it came to be */
  async function withRun(
    action: 'resumeRun' | 'openRun',
    attempt: string,
    work: () => Promise<void>,
  ): Promise<boolean> {
    if (locked.value || !lab.connected) return false;
    pending.value = action;
    try {
      await work();
      return true;
    } catch (thrown) {
      // What made the session fail is shown on the stage already.
      if (phase.value !== 'failed') problems.report(attempt, thrown);
      return false;
    } finally {
      pending.value = null;
    }
  }

  /** Changes the rate that the schedule of the run in progress goes on from. */
  async function setLearningRate(learningRate: number): Promise<void> {
    await problems.reporting('Changing the learning rate', () => lab.lab().setLearningRate(learningRate));
  }

  /** A fault that made the session fail is shown on the stage already. */
  function reportFault(attempt: string, fault: Problem | null): void {
    if (fault !== null && phase.value !== 'failed') problems.report(attempt, new ProblemError(fault));
  }

  const pause = () => control('pause', 'Pausing the run');
  const resume = () => control('resume', 'Resuming the run');
  const stop = () => control('stop', 'Stopping the run');

  async function control(action: 'pause' | 'resume' | 'stop', attempt: string): Promise<void> {
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
    interrupted,
    pending,
    phase,
    network,
    run,
    running,
    locked,
    take,
    takeProgress,
    interrupt,
    prepare,
    train,
    resumeRun,
    openRun,
    setLearningRate,
    pause,
    resume,
    stop,
    toggle,
  };
});

import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { RunInfo } from '#shared/api';
import { useRecipeStore } from './recipe';
import { useSessionStore } from './session';

/**
 * Whether a model that is edited begins with the weights of the run before, in the layers that did not change. What is
 * on the bench stays there until the model is edited.
 */
export const useKeptWeightsStore = defineStore('kept-weights', () => {
  const recipes = useRecipeStore();
  const session = useSessionStore();

  /** The last run that left a trained network, as far as this window saw. */
  const trained = shallowRef<RunInfo | null>(null);
  const wanted = shallowRef(false);

  watch(
    () => session.session,
    (current) => {
      if (current.phase === 'finished' && current.result?.ended !== 'diverged') trained.value = current.run;
    },
    { immediate: true },
  );

  const possible = computed(() => trained.value !== null || recipes.draft.initialWeights !== null);
  const keep = computed({
    get: () => wanted.value || recipes.draft.initialWeights !== null,
    set: (on) => {
      wanted.value = on;
      if (!on) recipes.draft.initialWeights = null;
      else if (!isTrained()) take();
    },
  });

  /** Whether the model is still that of the run whose network is on the bench. */
  function isTrained(): boolean {
    const current = session.session;
    return (
      'recipe' in current &&
      'run' in current &&
      JSON.stringify(current.recipe.model) === JSON.stringify(recipes.draft.model)
    );
  }

  function take(): void {
    if (trained.value !== null) recipes.draft.initialWeights = { path: trained.value.folder };
  }

  watch(
    () => recipes.draft.model,
    () => {
      if (keep.value && !session.locked && !isTrained()) take();
    },
  );

  /** The run, or the file, by its name. */
  const source = computed(() => {
    const path = recipes.draft.initialWeights?.path ?? trained.value?.folder ?? '';
    return path.split(/[/\\]/).at(-1) ?? path;
  });

  return { possible, keep, source };
});

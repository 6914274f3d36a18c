import { watchDebounced } from '@vueuse/core';
import { watch } from 'vue';
import { useLabStore } from '../stores/lab';
import { useModelDraftStore } from '../stores/model-draft';
import { useRecipeStore } from '../stores/recipe';
import { useSessionStore } from '../stores/session';
import type { Recipe } from '#shared/spec';

/** Puts the untrained network of the edited recipe on the bench, once one has stopped changing its model or data. */
export function usePreparation(): void {
  const lab = useLabStore();
  const session = useSessionStore();
  const recipes = useRecipeStore();
  const drafts = useModelDraftStore();
  /** What was asked for last, so that what was refused or stopped is not asked again until it is another one. */
  let attempted: string | null = null;

  // A lab that was started again has an empty bench.
  watch(
    () => lab.connected,
    () => {
      attempted = null;
    },
  );

  const wanted = (): Recipe | null => {
    if (!lab.connected || session.locked || recipes.recipe === null) return null;
    // It would be refused, and the network on the bench be gone.
    if (drafts.broken) return null;
    const current = session.session;
    const benched = 'recipe' in current ? benchKey(current.recipe) : null;
    return benchKey(recipes.recipe) === benched ? null : recipes.recipe;
  };

  watchDebounced(
    () => {
      const recipe = wanted();
      return recipe === null ? null : benchKey(recipe);
    },
    (key) => {
      const recipe = wanted();
      if (recipe === null || key === attempted) return;
      attempted = key;
      void session.prepare(recipe);
    },
    { debounce: 300, immediate: true },
  );
}

/** What the network on the bench depends on. */
function benchKey({ model, data, initialWeights }: Recipe): string {
  return JSON.stringify([model, data, initialWeights]);
}

import { watchDebounced } from '@vueuse/core';
import { shallowRef, watch, type ShallowRef } from 'vue';
import type { ModelSummary } from '#shared/summary';
import { problemOf } from '#shared/errors';
import { isOpened, type Recipe } from '#shared/spec';
import { useLabStore } from '../stores/lab';
import { useProblemStore } from '../stores/problem';
import { useRecipeStore } from '../stores/recipe';
import { useSessionStore } from '../stores/session';

/** The summary of the edited model, as the lab counts it. `refusal` says why there is none, as a sentence. */
export function useModelSummary(): {
  readonly summary: ShallowRef<ModelSummary | null>;
  readonly refusal: ShallowRef<string | null>;
} {
  const lab = useLabStore();
  const recipes = useRecipeStore();
  const problems = useProblemStore();
  const session = useSessionStore();
  const summary = shallowRef<ModelSummary | null>(null);
  const refusal = shallowRef<string | null>(null);
  let asked = 0;

  watchDebounced(
    () => (lab.connected && recipes.recipe !== null ? describedBy(recipes.recipe) : null),
    () => void update(),
    { debounce: 150, maxWait: 600, immediate: true },
  );

  watch(
    () => session.session,
    (now) => {
      if (now.phase !== 'ready' || !isOpened(now.recipe.model)) return;
      summary.value = now.network.summary;
      refusal.value = null;
    },
    { immediate: true },
  );

  async function update(): Promise<void> {
    const { recipe } = recipes;
    if (!lab.connected || recipe === null) return;
    // It is read once, to be put on the bench: that tells its summary.
    if (isOpened(recipe.model)) return;
    const request = ++asked;
    try {
      const found = await lab.lab().summarize(recipe.model, recipe.data);
      if (request !== asked) return;
      summary.value = found;
      refusal.value = null;
    } catch (thrown) {
      if (request !== asked) return;
      const problem = problemOf(thrown);
      if (problem.kind === 'refusal') refusal.value = problem.message;
      else problems.report('Describing the model', thrown);
    }
  }

  return { summary, refusal };
}

/** What a summary depends on. */
function describedBy({ model, data }: Recipe): string {
  return JSON.stringify([model, data]);
}

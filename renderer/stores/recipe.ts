import { useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, reactive, shallowRef, watch } from 'vue';
import { problemOf } from '#shared/errors';
import {
  optimizerSpec,
  recipe as recipeSchema,
  trainingSpec,
  type OptimizerSpec,
  type Recipe,
} from '#shared/spec';
import { useProblemStore } from './problem';
import {
  draftOf,
  fieldAt,
  fieldOfRefusal,
  recipeOf,
  sentenceOf,
  type RecipeDraft,
  type RecipeField,
} from './recipe-draft';

type Messages = Partial<Record<RecipeField, string>>;

const emptyDraft: RecipeDraft = {
  model: null,
  source: 'digits',
  folder: '',
  limit: null,
  dataSeed: 1,
  epochs: 5,
  batchSize: 64,
  optimizer: optimizerSpec.parse({ kind: 'rmsprop' }),
  learningRate: 0.001,
  validationSplit: 0.2,
  seed: 1,
  training: trainingSpec.parse({}),
};

/** The recipe as it is edited, checked while one types. The last one that was used is remembered. */
export const useRecipeStore = defineStore('recipe', () => {
  const problems = useProblemStore();
  const remembered = useStorage<string | null>('convscope.recipe', null);
  const draft = reactive<RecipeDraft>({ ...emptyDraft });
  const refusal = shallowRef<{ readonly field: RecipeField; readonly message: string } | null>(null);

  const checked = computed(() => recipeSchema.safeParse(recipeOf(draft)));
  /** The recipe if every field is right. */
  const recipe = computed<Recipe | null>(() => (checked.value.success ? checked.value.data : null));
  const messages = computed<Messages>(() => {
    const found: Messages = {};
    if (refusal.value !== null) found[refusal.value.field] = refusal.value.message;
    for (const issue of checked.value.error?.issues ?? []) {
      const field = fieldAt(issue.path.map(String).join('.'));
      found[field] ??= sentenceOf(issue, field);
    }
    return found;
  });

  // What the lab refused no longer holds once the recipe is another one.
  watch(
    draft,
    () => {
      refusal.value = null;
    },
    { flush: 'sync' },
  );

  function load(next: Recipe): void {
    if (JSON.stringify(next) !== JSON.stringify(recipe.value)) Object.assign(draft, draftOf(next));
  }

  /** Shows the recipe that was last used here, or else `fallback`. */
  function loadRemembered(fallback: Recipe): void {
    load(rememberedRecipe() ?? fallback);
  }

  function rememberedRecipe(): Recipe | null {
    if (remembered.value === null) return null;
    try {
      return recipeSchema.parse(JSON.parse(remembered.value));
    } catch {
      // Written by another version of the window: as good as none.
      remembered.value = null;
      return null;
    }
  }

  /** Another optimizer comes with its own defaults. */
  function chooseOptimizer(kind: OptimizerSpec['kind']): void {
    draft.optimizer = optimizerSpec.parse({ kind });
    draft.learningRate = draft.optimizer.learningRate;
  }

  /** Hands a recipe to the lab. A refusal is shown at the field it speaks of, a fault as a notice. */
  async function submit(used: Recipe, attempt: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      remembered.value = JSON.stringify(used);
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.kind === 'refusal') refuse(problem.message, used);
      else problems.report(attempt, thrown);
    }
  }

  function refuse(message: string, used: Recipe): void {
    refusal.value = { field: fieldOfRefusal(message, used), message };
  }

  return { draft, recipe, messages, refusal, load, loadRemembered, chooseOptimizer, submit, refuse };
});

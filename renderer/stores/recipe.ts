import { useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, reactive, shallowRef } from 'vue';
import { problemOf, type Problem } from '#shared/errors';
import {
  optimizerSpec,
  recipe as recipeSchema,
  trainingSpec,
  type OptimizerSpec,
  type Recipe,
} from '#shared/spec';
import {
  draftOf,
  fieldAt,
  fieldOfRefusal,
  recipeOf,
  sentenceOf,
  subjectOf,
  type RecipeDraft,
  type RecipeField,
} from './recipe-draft';

/** What the lab refused. It holds as long as the fields it is about stay as they were. */
interface FieldRefusal {
  readonly field: RecipeField;
  readonly message: string;
  readonly subject: string;
}

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
  const remembered = useStorage<string | null>('convscope.recipe', null);
  const draft = reactive<RecipeDraft>({ ...emptyDraft });
  const refusal = shallowRef<FieldRefusal | null>(null);

  const checked = computed(() => recipeSchema.safeParse(recipeOf(draft)));
  /** The recipe if every field is right. */
  const recipe = computed<Recipe | null>(() => (checked.value.success ? checked.value.data : null));
  const messages = computed<Messages>(() => {
    const found: Messages = {};
    const refused = refusal.value;
    if (refused !== null && refused.subject === subjectOf(draft, refused.field))
      found[refused.field] = refused.message;
    for (const issue of checked.value.error?.issues ?? []) {
      const field = fieldAt(issue.path.map(String).join('.'));
      found[field] ??= sentenceOf(issue, field);
    }
    return found;
  });

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

  /** Hands a recipe to the lab. A refusal is shown at the field it speaks of; a fault is returned. */
  async function submit(used: Recipe, work: () => Promise<void>): Promise<Problem | null> {
    refusal.value = null;
    try {
      await work();
      remembered.value = JSON.stringify(used);
      return null;
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.kind === 'fault') return problem;
      refuse(problem.message, used);
      return null;
    }
  }

  function refuse(message: string, used: Recipe): void {
    const field = fieldOfRefusal(message, used);
    refusal.value = { field, message, subject: subjectOf(draftOf(used), field) };
  }

  return { draft, recipe, messages, refusal, load, loadRemembered, chooseOptimizer, submit, refuse };
});

import { useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, reactive, shallowRef } from 'vue';
import { problemOf, type Problem } from '#shared/errors';
import {
  dataSpec,
  optimizerSpec,
  recipe as recipeSchema,
  scheduleSpec,
  trainingSpec,
  type OptimizerSpec,
  type Recipe,
  type ScheduleSpec,
} from '#shared/spec';
import { draftOf, recipeOf, type RecipeDraft } from './recipe-draft';
import { fieldAt, fieldOfRefusal, sentenceOf, subjectOf, type RecipeField } from './recipe-fields';

/** What the lab refused. It holds as long as the fields it is about stay as they were. */
interface FieldRefusal {
  readonly field: RecipeField;
  readonly message: string;
  readonly subject: string;
}

type Messages = Partial<Record<RecipeField, string>>;

interface KnownClasses {
  /** The data, as JSON. */
  readonly data: string;
  readonly count: number;
}

/** Before the lab has said what it begins with. */
const emptyDraft = draftOf({
  model: null,
  data: dataSpec.parse({ source: 'digits' }),
  training: trainingSpec.parse({ validationSplit: 0.2 }),
  initialWeights: null,
});

/** The recipe as it is edited, checked while one types. The last one that was used is remembered. */
export const useRecipeStore = defineStore('recipe', () => {
  const remembered = useStorage<string | null>('convscope.recipe', null);
  const draft = reactive<RecipeDraft>({ ...emptyDraft });
  const refusal = shallowRef<FieldRefusal | null>(null);
  const known = shallowRef<KnownClasses | null>(null);

  const checked = computed(() => recipeSchema.safeParse(recipeOf(draft)));
  const weightsMessage = computed(() => {
    if (!checked.value.success || known.value === null) return null;
    const { data, training } = checked.value.data;
    if (training.classWeights === null || JSON.stringify(data) !== known.value.data) return null;
    const [wanted, given] = [known.value.count, training.classWeights.length];
    return wanted === given ? null : `The data has ${wanted} classes; these are ${given} weights.`;
  });
  /** The recipe if every field is right. */
  const recipe = computed<Recipe | null>(() =>
    checked.value.success && weightsMessage.value === null ? checked.value.data : null,
  );
  const messages = computed<Messages>(() => {
    const found: Messages = {};
    const refused = refusal.value;
    if (refused !== null && refused.subject === subjectOf(draft, refused.field))
      found[refused.field] = refused.message;
    for (const issue of checked.value.error?.issues ?? []) {
      const field = fieldAt(issue.path.map(String).join('.'));
      found[field] ??= sentenceOf(issue, field);
    }
    if (weightsMessage.value !== null) found.classWeights = weightsMessage.value;
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
  }

  function chooseSchedule(kind: ScheduleSpec['kind']): void {
    draft.schedule = scheduleSpec.parse({ kind });
  }

  /** The data on the bench has so many classes. */
  function knowClasses(data: Recipe['data'], count: number): void {
    known.value = { data: JSON.stringify(data), count };
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

  return {
    draft,
    recipe,
    messages,
    refusal,
    load,
    loadRemembered,
    chooseOptimizer,
    chooseSchedule,
    knowClasses,
    submit,
    refuse,
  };
});

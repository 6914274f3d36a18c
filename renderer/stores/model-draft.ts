import { watchDebounced } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { DraftLayer, ModelDraft } from '#shared/summary';
import { problemOf } from '#shared/errors';
import { dataSpec } from '#shared/spec';
import { soundBeginning } from './edited-model';
import { useLabStore } from './lab';
import { useModelEditorStore } from './model-editor';
import { useProblemStore } from './problem';
import { useRecipeStore } from './recipe';
import { dataOf } from './recipe-draft';

interface Described {
  readonly draft: ModelDraft;
  /** The edited layers that it describes, from the first on. */
  readonly ids: readonly number[];
  /** Whether these are all of them. */
  readonly whole: boolean;
}

/** What the edited model comes to, as far as its entries are right, described by the lab while it is edited. */
export const useModelDraftStore = defineStore('model-draft', () => {
  const lab = useLabStore();
  const recipes = useRecipeStore();
  const editor = useModelEditorStore();
  const problems = useProblemStore();
  const described = shallowRef<Described | null>(null);
  /** Why the lab cannot describe any, as a sentence. */
  const refusal = shallowRef<string | null>(null);
  let asked = 0;

  const subject = computed(() => {
    if (!lab.connected || editor.model === null) return null;
    const data = dataSpec.safeParse(dataOf(recipes.draft)).data;
    const model = soundBeginning(editor.model);
    if (data === undefined || model === null) return null;
    const ids = editor.layers.slice(0, model.layers.length).map(({ id }) => id);
    return { model, data, ids, whole: ids.length === editor.layers.length };
  });

  watchDebounced(
    () => JSON.stringify(subject.value),
    () => void update(),
    {
      debounce: 80,
      maxWait: 320,
      immediate: true,
    },
  );

  async function update(): Promise<void> {
    const request = ++asked;
    if (subject.value === null) {
      described.value = null;
      return;
    }
    const { model, data, ids, whole } = subject.value;
    try {
      const draft = await lab.lab().summarizeDraft(model, data);
      if (request !== asked) return;
      described.value = { draft, ids, whole };
      refusal.value = null;
    } catch (thrown) {
      if (request !== asked) return;
      const problem = problemOf(thrown);
      described.value = null;
      if (problem.kind === 'refusal') refusal.value = problem.message;
      else problems.report('Describing the model', thrown);
    }
  }

  /** Where the model ends is not where it will end while a layer cannot be read yet. */
  const found = computed(() => {
    const { draft, whole } = described.value ?? {};
    return draft?.mistakes.filter(({ about }) => whole === true || about === 'layer') ?? [];
  });

  /** Some layer does not fit, or the whole cannot be trained on these images. */
  const broken = computed(() => found.value.length > 0);

  /** What is known of an edited layer. */
  function layer(id: number): DraftLayer | null {
    const { draft, ids } = described.value ?? {};
    return draft?.layers[ids?.indexOf(id) ?? -1] ?? null;
  }

  /** What is wrong at an edited layer, as sentences. */
  function mistakes(id: number): readonly string[] {
    return found.value
      .filter(({ layer: index }) => described.value?.ids[index] === id)
      .map(({ message }) => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`);
  }

  /** `null` until the lab has described one. */
  const draft = computed(() => described.value?.draft ?? null);
  return { draft, refusal, broken, layer, mistakes };
});

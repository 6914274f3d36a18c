import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { LayerKind } from '#shared/layer-spec';
import { isOpened, type ModelSpec } from '#shared/spec';
import {
  editedModel,
  entryMistakes,
  finishedModel,
  newLayer,
  type EditedLayer,
  type EditedModel,
} from './edited-model';
import { useRecipeStore } from './recipe';

/** So many edits can be undone. */
const longestHistory = 500;

/**
 * The model that is built, as it is edited, with all that was edited before. The recipe's model is what every edit
 * comes to: `null` while an entry is wrong. A model that comes from elsewhere, as a preset or a run's, is an edit too.
 */
export const useModelEditorStore = defineStore('model-editor', () => {
  const recipes = useRecipeStore();

  const model = shallowRef<EditedModel | null>(null);
  const past = shallowRef<readonly EditedModel[]>([]);
  const future = shallowRef<readonly EditedModel[]>([]);
  /** The field that is being typed in: what follows there belongs to the same edit. */
  let typingIn: string | null = null;
  /** What this store has last made of the recipe's model, as JSON. */
  let written: string | null = null;

  const layers = computed(() => model.value?.layers ?? []);
  const canUndo = computed(() => past.value.length > 0);
  const canRedo = computed(() => future.value.length > 0);
  const mistakes = computed(() => (model.value === null ? [] : entryMistakes(model.value)));

  watch(
    () => recipes.draft.model,
    (next) => {
      if (next === null || JSON.stringify(next) === written) return;
      written = JSON.stringify(next);
      typingIn = null;
      if (isOpened(next)) forget();
      else if (model.value === null) model.value = editedModel(next, null);
      else remember(editedModel(next, model.value));
    },
    { immediate: true, flush: 'sync' },
  );

  /** Nothing of an opened model can be edited here. */
  function forget(): void {
    model.value = null;
    past.value = [];
    future.value = [];
  }

  function remember(next: EditedModel): void {
    if (model.value !== null) past.value = [...past.value, model.value].slice(-longestHistory);
    future.value = [];
    model.value = next;
  }

  function show(next: EditedModel): void {
    model.value = next;
    const finished = finishedModel(next);
    written = JSON.stringify(finished);
    recipes.draft.model = finished;
  }

  /** @param field names what is typed in, so that one undo takes all of it back; `null` for an edit of its own */
  function edit(next: EditedModel, field: string | null = null): void {
    if (field === null || field !== typingIn) remember(next);
    typingIn = field;
    show(next);
  }

  /** What is typed from now on is another edit. */
  function settle(): void {
    typingIn = null;
  }

  function undo(): void {
    travel(past, future);
  }

  function redo(): void {
    travel(future, past);
  }

  function travel(from: typeof past, to: typeof past): void {
    const target = from.value.at(-1);
    if (target === undefined || model.value === null) return;
    typingIn = null;
    from.value = from.value.slice(0, -1);
    to.value = [...to.value, model.value];
    show(target);
  }

  function editLayers(change: (layers: readonly EditedLayer[]) => readonly EditedLayer[]): void {
    if (model.value !== null) edit({ ...model.value, layers: change(model.value.layers) });
  }

  function setEntry(id: number, field: string, entry: unknown): void {
    if (model.value === null) return;
    const changed = model.value.layers.map((layer) =>
      layer.id === id ? { ...layer, entries: { ...layer.entries, [field]: entry } } : layer,
    );
    edit({ ...model.value, layers: changed }, `${id}.${field}`);
  }

  function rename(name: string): void {
    if (model.value !== null) edit({ ...model.value, name }, 'name');
  }

  /** @returns the id of the new layer */
  function insert(at: number, kind: LayerKind): number {
    const layer = newLayer(kind);
    editLayers((before) => [...before.slice(0, at), layer, ...before.slice(at)]);
    return layer.id;
  }

  /** Puts the same layer again behind one. @returns the id of the new one */
  function duplicate(id: number): number | null {
    const original = layers.value.find((layer) => layer.id === id);
    if (original === undefined) return null;
    const copy = { ...newLayer(original.kind), entries: original.entries };
    editLayers((before) => before.flatMap((layer) => (layer.id === id ? [layer, copy] : [layer])));
    return copy.id;
  }

  function remove(id: number): void {
    editLayers((before) => before.filter((layer) => layer.id !== id));
  }

  /** @param to the place among the layers that the layer then has */
  function move(id: number, to: number): void {
    const from = layers.value.findIndex((layer) => layer.id === id);
    const target = Math.max(0, Math.min(to, layers.value.length - 1));
    if (from === -1 || from === target) return;
    editLayers((before) => {
      const others = before.filter((layer) => layer.id !== id);
      return [...others.slice(0, target), before[from] as EditedLayer, ...others.slice(target)];
    });
  }

  /** Another model, such as a preset or one from a file, in the place of this one. */
  function replace(spec: ModelSpec): void {
    edit(editedModel(spec, model.value));
  }

  return {
    model,
    layers,
    mistakes,
    canUndo,
    canRedo,
    undo,
    redo,
    settle,
    setEntry,
    rename,
    insert,
    duplicate,
    remove,
    move,
    replace,
  };
});

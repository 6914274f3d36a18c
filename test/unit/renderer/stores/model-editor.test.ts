import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeDescription } from '../../../../renderer/lab/fake-description';
import { soundBeginning } from '../../../../renderer/stores/edited-model';
import { useModelEditorStore } from '../../../../renderer/stores/model-editor';
import { useRecipeStore } from '../../../../renderer/stores/recipe';
import { isOpened, openedModelSpec } from '#shared/spec';
import { recipe } from '../samples';

function open() {
  const recipes = useRecipeStore();
  recipes.load(recipe);
  const editor = useModelEditorStore();
  const id = (index: number): number => editor.layers[index]?.id ?? NaN;
  const kinds = (): string => editor.layers.map(({ kind }) => kind).join(' ');
  /** What Train would train. */
  const trained = (): readonly { readonly kind: string }[] => {
    const { model } = recipes.draft;
    return model === null || isOpened(model) ? [] : model.layers;
  };
  return { recipes, editor, id, kinds, trained };
}

describe('the model editor', () => {
  beforeEach(() => {
    localStorage.clear();
    setActivePinia(createPinia());
  });

  it('makes every edit the model that is trained', () => {
    const { editor, id, trained } = open();
    editor.setEntry(id(0), 'filters', 8);
    expect(trained()[0]).toMatchObject({ kind: 'conv2d', filters: 8, kernelSize: 3 });
    editor.insert(1, 'batchNormalization');
    expect(trained()[1]).toEqual({ kind: 'batchNormalization' });
  });

  it('takes edits back one by one, and does them again', () => {
    const { editor, id, kinds, trained } = open();
    const before = kinds();
    editor.remove(id(1));
    editor.move(id(0), 2);
    editor.duplicate(id(0));
    const after = kinds();
    expect(after).not.toBe(before);
    for (let edit = 0; edit < 3; edit++) editor.undo();
    expect(kinds()).toBe(before);
    expect(editor.canUndo).toBe(false);
    for (let edit = 0; edit < 3; edit++) editor.redo();
    expect(kinds()).toBe(after);
    expect(
      trained()
        .map(({ kind }) => kind)
        .join(' '),
    ).toBe(after);
    expect(editor.canRedo).toBe(false);
  });

  it('takes back what was typed into one field at once', () => {
    const { editor, id } = open();
    for (const entry of [1, 12, 128]) editor.setEntry(id(0), 'filters', entry);
    editor.setEntry(id(0), 'kernelSize', 5);
    editor.undo();
    expect(editor.layers[0]?.entries).toMatchObject({ filters: 128, kernelSize: 3 });
    editor.undo();
    expect(editor.layers[0]?.entries).toMatchObject({ filters: 32 });
  });

  it('takes typing before and after leaving a field for two edits', () => {
    const { editor } = open();
    editor.rename('a');
    editor.settle();
    editor.rename('b');
    editor.undo();
    expect(editor.model?.name).toBe('a');
  });

  it('forgets what was undone once something else is edited', () => {
    const { editor, id } = open();
    editor.remove(id(0));
    editor.undo();
    editor.rename('other');
    expect(editor.canRedo).toBe(false);
  });

  it('lets a preset that is chosen elsewhere be undone', () => {
    const { editor, recipes, kinds } = open();
    editor.rename('mine');
    const before = kinds();
    const other = fakeDescription.presets.find(({ spec }) => spec.layers[0]?.kind === 'flatten');
    recipes.draft.model = other?.spec ?? null;
    expect(kinds()).toBe('flatten dense dense');
    editor.undo();
    expect(kinds()).toBe(before);
    expect(recipes.draft.model?.name).toBe('mine');
  });

  it('trains nothing while an entry is wrong, and says what is wrong where', () => {
    const { editor, id, recipes } = open();
    editor.setEntry(id(2), 'filters', null);
    editor.setEntry(id(0), 'kernelSize', '3 by 3');
    expect(recipes.recipe).toBeNull();
    expect(editor.mistakes).toEqual([
      { layer: 0, field: 'kernelSize', message: 'Must be a number.' },
      { layer: 2, field: 'filters', message: 'Must be a number.' },
    ]);
    editor.undo();
    editor.undo();
    expect(editor.mistakes).toEqual([]);
    expect(recipes.recipe).not.toBeNull();
  });

  it('knows the layers before a wrong entry', () => {
    const { editor, id } = open();
    editor.setEntry(id(2), 'filters', 0);
    const beginning = editor.model === null ? null : soundBeginning(editor.model);
    expect(beginning?.layers.map(({ kind }) => kind)).toEqual(['conv2d', 'maxPooling2d']);
  });

  it('says what a name and a model without layers lack', () => {
    const { editor, id } = open();
    editor.rename('My Net');
    expect(editor.mistakes[0]).toMatchObject({ layer: null, field: 'name' });
    editor.rename('net');
    while (editor.layers.length > 0) editor.remove(id(0));
    expect(editor.mistakes).toEqual([
      { layer: null, field: 'layers', message: 'A model has 1 to 200 layers.' },
    ]);
  });

  it('has nothing to edit in an opened model', () => {
    const { editor, recipes } = open();
    recipes.draft.model = openedModelSpec.parse({ name: 'theirs', file: 'theirs.keras' });
    expect(editor.model).toBeNull();
    expect(editor.canUndo).toBe(false);
  });
});

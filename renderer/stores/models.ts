import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { problemOf, type Problem } from '#shared/errors';
import type { ModelCard, RecentModel } from '#shared/models';
import type { OpenedModelSpec, Preprocessing } from '#shared/spec';
import { sendFiles, type DroppedFile } from './send-files';
import { useLabStore } from './lab';
import { useProblemStore } from './problem';
import { useRecipeStore } from './recipe';
import { useSessionStore } from './session';
import { useWindowStore } from './window';

/** How an opened model is trained further. */
export type Continuation = Pick<OpenedModelSpec, 'trainableLayers' | 'head'>;

/** Models that others trained: the one that is looked at, those that were opened before, and what was said of them. */
export const useModelsStore = defineStore('models', () => {
  const lab = useLabStore();
  const problems = useProblemStore();
  const recipes = useRecipeStore();
  const session = useSessionStore();
  const window = useWindowStore();

  const card = shallowRef<ModelCard | null>(null);
  /** The layer of the card that is looked at. */
  const selectedLayer = shallowRef<string | null>(null);
  const recent = shallowRef<readonly RecentModel[]>([]);
  /** What is being done, as in `Opening lenet.h5`. */
  const underWay = shallowRef<string | null>(null);
  const problem = shallowRef<Problem | null>(null);
  let asked = 0;

  /** Shows what a file or folder holds; a run is put on the bench. What cannot be opened is told in the view. */
  async function open(path: string): Promise<void> {
    window.view = 'models';
    await work(`Opening ${path.split(/[/\\]/).at(-1) ?? path}`, () => cardOf(path));
    await refresh();
  }

  /** `null` for a run, which has none. */
  async function cardOf(path: string): Promise<ModelCard | null> {
    if (!(await lab.lab().isRun(path))) return lab.lab().openModel(path);
    if (await session.openRun(path)) window.view = 'train';
    return null;
  }

  /** Sends files to a lab that has them not, and opens the model that they are. */
  async function openFiles(files: readonly DroppedFile[]): Promise<void> {
    window.view = 'models';
    await work('Sending the files', async () => {
      const path = await sendFiles(lab.lab(), files, (share) => {
        underWay.value = `Sending the files: ${Math.round(share * 100)} %`;
      });
      return cardOf(path);
    });
    await refresh();
  }

  /** Keeps what a person says of the model; the bench follows if the model is on it. */
  async function answer(
    preprocessing: Preprocessing | null,
    classes: readonly string[] | null,
  ): Promise<void> {
    const file = card.value?.file;
    if (file === undefined) return;
    await work('Keeping what was said', () =>
      lab.lab().describeModel({ file, preprocessing, classes: classes === null ? null : [...classes] }),
    );
    const { model } = recipes.draft;
    const now = card.value;
    if (model !== null && 'file' in model && model.file === file && now !== null) {
      recipes.draft.model = { ...model, preprocessing: statedOf(now) };
    }
  }

  async function refresh(): Promise<void> {
    if (!lab.connected) return;
    await problems.reporting('Reading the list of models', async () => {
      recent.value = await lab.lab().recentModels();
    });
  }

  async function forget(file: string): Promise<void> {
    await problems.reporting('Forgetting the model', () => lab.lab().forgetModel(file));
    await refresh();
  }

  /**
   * Puts the model on the bench with the data that is chosen.
   * @param withData without, it is shown dropped and drawn images alone
   */
  function lookInside(
    withData: boolean,
    continuation: Continuation = { trainableLayers: null, head: 'keep' },
  ): void {
    const model = card.value;
    if (model === null || session.locked) return;
    const { file, name } = model;
    recipes.draft.model = { name, file, preprocessing: statedOf(model), ...continuation };
    recipes.draft.initialWeights = null;
    if (!withData) recipes.draft.source = 'none';
    else if (recipes.draft.source === 'none') recipes.draft.source = 'digits';
    window.view = 'train';
  }

  /** Shows a card that was asked for last. */
  async function work(what: string, describe: () => Promise<ModelCard | null>): Promise<void> {
    const request = ++asked;
    underWay.value = what;
    problem.value = null;
    try {
      const described = await describe();
      if (request !== asked || described === null) return;
      if (described.file !== card.value?.file) selectedLayer.value = null;
      card.value = described;
    } catch (thrown) {
      if (request === asked) problem.value = problemOf(thrown);
    } finally {
      if (request === asked) underWay.value = null;
    }
  }

  return {
    card,
    selectedLayer,
    recent,
    underWay,
    problem,
    open,
    openFiles,
    answer,
    refresh,
    forget,
    lookInside,
  };
});

/** What the recipe must say itself: what the file says, the lab finds there again. */
function statedOf({ preprocessing, preprocessingFrom }: ModelCard): Preprocessing | null {
  return preprocessingFrom === 'remembered' ? preprocessing : null;
}

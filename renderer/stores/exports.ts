import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import { exportRequest, recipePathOf, type ExportedFile, type ExportFormat } from '#shared/export';
import { problemOf } from '#shared/errors';
import { cancelledInsight, type InsightProgress } from '#shared/insight';
import { useInsightStore } from './insight';
import { useLabStore } from './lab';
import { useProblemStore } from './problem';

/** What is asked for, before the defaults are filled in. */
export interface WantedExport {
  readonly work: { readonly kind: string };
  readonly format: ExportFormat;
  readonly look?: object;
}

/** A file and the recipe beside it. */
export interface FileWithRecipe extends ExportedFile {
  readonly recipeName: string;
  readonly recipeText: string;
}

/** Files of what the network on the bench holds or sees. Each menu makes one at a time, and knows its own alone. */
export const useExportsStore = defineStore('exports', () => {
  const lab = useLabStore();
  const insight = useInsightStore();
  const problems = useProblemStore();

  const underWay = shallowReactive(new Map<symbol, number>());

  /** How far the file of this menu is; `null` where it makes none. */
  function progressOf(menu: symbol): InsightProgress | null {
    const id = underWay.get(menu);
    return id === undefined ? null : (insight.underWay.get(id) ?? null);
  }

  /** `null` where it was cancelled, or could not be made, which is then reported. */
  async function make(menu: symbol, wanted: WantedExport): Promise<FileWithRecipe | null> {
    if (underWay.has(menu)) return null;
    const id = insight.begin('Exporting');
    underWay.set(menu, id);
    try {
      const made = await lab.lab().exportFile({ id, request: exportRequest.parse(wanted) });
      return {
        ...made,
        recipeName: recipePathOf(made.name),
        recipeText: `${JSON.stringify(made.recipe, null, 2)}\n`,
      };
    } catch (thrown) {
      if (problemOf(thrown).message !== cancelledInsight) problems.report('Exporting', thrown);
      return null;
    } finally {
      insight.end(id);
      underWay.delete(menu);
    }
  }

  async function cancel(menu: symbol): Promise<void> {
    const id = underWay.get(menu);
    if (id !== undefined) await lab.lab().cancelExport(id);
  }

  return { progressOf, make, cancel };
});

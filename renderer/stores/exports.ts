import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { exportRequest, recipePathOf, type ExportedFile, type ExportFormat } from '#shared/export';
import { problemOf } from '#shared/errors';
import { cancelledInsight } from '#shared/insight';
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

/** Files of what the network on the bench holds or sees. One is made at a time. */
export const useExportsStore = defineStore('exports', () => {
  const lab = useLabStore();
  const insight = useInsightStore();
  const problems = useProblemStore();

  const underWay = shallowRef<number | null>(null);
  const progress = computed(() =>
    underWay.value === null ? null : (insight.underWay.get(underWay.value) ?? null),
  );

  /** `null` where it was cancelled, or could not be made, which is then reported. */
  async function make(wanted: WantedExport): Promise<FileWithRecipe | null> {
    if (underWay.value !== null) return null;
    const id = insight.begin('Exporting');
    underWay.value = id;
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
      underWay.value = null;
    }
  }

  async function cancel(): Promise<void> {
    if (underWay.value !== null) await lab.lab().cancelExport(underWay.value);
  }

  return { progress, make, cancel };
});

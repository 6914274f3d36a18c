import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { problemOf, type Problem } from '#shared/errors';

export interface Notice {
  /** What was tried, as in `Pausing the run`. */
  readonly attempt: string;
  readonly problem: Problem;
}

/** What went wrong and belongs to no field: shown above the stage until it is dismissed. */
export const useProblemStore = defineStore('problem', () => {
  const notice = shallowRef<Notice | null>(null);

  function report(attempt: string, thrown: unknown): void {
    notice.value = { attempt, problem: problemOf(thrown) };
  }

  function dismiss(): void {
    notice.value = null;
  }

  /** Does `work`; whatever it throws is reported. Resolves to whether it went well. */
  async function reporting(attempt: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (thrown) {
      report(attempt, thrown);
      return false;
    }
  }

  return { notice, report, dismiss, reporting };
});

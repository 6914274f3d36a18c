import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { RunListing } from '#shared/api';
import { problemOf, type Problem } from '#shared/errors';
import { useLabStore } from './lab';

/** The runs that the lab keeps. */
export const useRunsStore = defineStore('runs', () => {
  const lab = useLabStore();
  /** Newest first; `null` until they have been read. */
  const runs = shallowRef<readonly RunListing[] | null>(null);
  const reading = shallowRef(false);
  const problem = shallowRef<Problem | null>(null);
  let asked = 0;

  /** Reads them again; the last answer that was asked for counts. */
  async function refresh(): Promise<void> {
    if (!lab.connected) return;
    const request = ++asked;
    reading.value = true;
    try {
      const listed = await lab.lab().runs();
      if (request !== asked) return;
      runs.value = listed;
      problem.value = null;
    } catch (thrown) {
      if (request === asked) problem.value = problemOf(thrown);
    } finally {
      if (request === asked) reading.value = false;
    }
  }

  return { runs, reading, problem, refresh };
});

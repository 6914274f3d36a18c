import { defineStore } from 'pinia';
import { computed, shallowReactive, shallowRef, watch } from 'vue';
import type { EpochMetrics } from '#shared/api';
import { problemOf, type Problem } from '#shared/errors';
import { useLabStore } from './lab';
import { useRunsStore } from './runs';

/** More curves than that cannot be told apart. */
export const mostCompared = 8;

/** A run that was chosen to be compared, and its place among the hues of runs, which it keeps. */
export interface ChosenRun {
  readonly folder: string;
  readonly hue: number;
}

/** What is known of a run's epochs. */
export type RunEpochs =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly epochs: readonly EpochMetrics[] }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** The kept runs that are compared, in the order in which they were chosen. */
export const useComparisonStore = defineStore('comparison', () => {
  const lab = useLabStore();
  const kept = useRunsStore();
  const chosen = shallowRef<readonly ChosenRun[]>([]);
  const full = computed(() => chosen.value.length >= mostCompared);
  const known = shallowReactive(new Map<string, RunEpochs>());
  /** The last question about each run, whose answer counts. */
  const asked = new Map<string, symbol>();

  function isChosen(folder: string): boolean {
    return chosen.value.some((run) => run.folder === folder);
  }

  /** Chooses a run or takes it out; a ninth is not taken. */
  function toggle(folder: string): void {
    if (isChosen(folder)) keep((run) => run.folder !== folder);
    else if (!full.value) {
      chosen.value = [...chosen.value, { folder, hue: freeHue() }];
      void read(folder);
    }
  }

  function clear(): void {
    keep(() => false);
  }

  function epochsOf(folder: string): RunEpochs {
    return known.get(folder) ?? { kind: 'reading' };
  }

  function keep(stays: (run: ChosenRun) => boolean): void {
    const left = chosen.value.filter(stays);
    if (left.length === chosen.value.length) return;
    chosen.value = left;
    for (const folder of [...known.keys()]) if (!isChosen(folder)) forget(folder);
  }

  function forget(folder: string): void {
    known.delete(folder);
    asked.delete(folder);
  }

  function freeHue(): number {
    const used = chosen.value.map(({ hue }) => hue);
    return Array.from({ length: mostCompared }, (_, hue) => hue).find((hue) => !used.includes(hue)) ?? 0;
  }

  /** What is known already stays in sight until the answer is there. */
  async function read(folder: string): Promise<void> {
    if (!lab.connected) return;
    const request = Symbol(folder);
    asked.set(folder, request);
    const answer = await epochsIn(folder);
    if (asked.get(folder) === request && isChosen(folder)) known.set(folder, answer);
  }

  async function epochsIn(folder: string): Promise<RunEpochs> {
    try {
      return { kind: 'read', epochs: (await lab.lab().runMetrics(folder)).epochs };
    } catch (thrown) {
      return { kind: 'failed', problem: problemOf(thrown) };
    }
  }

  // The list is read again when a run begins or ends, and when a person asks: then the epochs may be others too.
  watch(
    () => kept.runs,
    (runs) => {
      if (runs === null) return;
      keep(({ folder }) => runs.some((run) => run.folder === folder));
      for (const { folder } of chosen.value) void read(folder);
    },
  );

  return { chosen, full, isChosen, toggle, clear, epochsOf };
});

import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import type { InsightProgress } from '#shared/insight';
import { useLabStore } from './lab';

/** How far the questions of this window to the network's insides are, each by its number. */
export const useInsightStore = defineStore('insight', () => {
  const lab = useLabStore();
  const underWay = shallowReactive(new Map<number, InsightProgress>());
  let last = 0;

  /** A number for the next question. */
  function begin(label: string): number {
    last++;
    underWay.set(last, { id: last, label, fraction: 0 });
    return last;
  }

  /** What is told of a question that has been answered meanwhile is late. */
  function progressed(progress: InsightProgress): void {
    if (underWay.has(progress.id)) underWay.set(progress.id, progress);
  }

  function end(id: number): void {
    underWay.delete(id);
  }

  async function cancel(id: number): Promise<void> {
    await lab.lab().cancelInsight(id);
  }

  return { underWay, begin, progressed, end, cancel };
});

import { defineStore } from 'pinia';
import { computed, reactive, shallowReactive, shallowRef } from 'vue';
import { problemOf, type Problem } from '#shared/errors';
import {
  cancelledInsight,
  kernelsRequest,
  patternsRequest,
  type Kernels,
  type KernelsRequest,
  type KernelView,
  type Patterns,
  type PatternsRequest,
} from '#shared/insight';
import { useInsightStore } from './insight';
import { useLabStore } from './lab';
import { useMetricsStore } from './metrics';
import type { NumberEntry } from './recipe-draft';
import { sentenceOf } from './recipe-fields';

/** Patterns as they were drawn once. */
export interface DrawnPatterns {
  readonly patterns: Patterns;
  /** Batches that the network had been trained for. */
  readonly step: number;
}

/** What the filters of one layer are and what they look for. Patterns are kept while their network is on the bench. */
export const useFiltersStore = defineStore('filters', () => {
  const lab = useLabStore();
  const insight = useInsightStore();
  const metrics = useMetricsStore();

  const layer = shallowRef<string | null>(null);
  const shows = shallowRef<'patterns' | 'kernels'>('patterns');
  const kernelDraft = reactive<{ view: KernelView; order: KernelsRequest['order'] }>({
    view: { kind: 'whole' },
    order: 'index',
  });
  const { objective, steps, seed, start } = patternsRequest.parse({});
  const patternDraft = reactive<{
    objective: PatternsRequest['objective'];
    steps: NumberEntry;
    seed: NumberEntry;
    start: PatternsRequest['start'];
  }>({ objective, steps, seed, start });
  const kernels = shallowRef<Kernels | null>(null);
  const kept = shallowReactive(new Map<string, DrawnPatterns>());
  const drawing = shallowRef<number | null>(null);
  const problem = shallowRef<Problem | null>(null);
  /** Changes whenever another network is on the bench. */
  let bench = 0;
  let kernelReadings = 0;

  const drawn = computed(() => (layer.value === null ? null : (kept.get(layer.value) ?? null)));
  const progress = computed(() =>
    drawing.value === null ? null : (insight.underWay.get(drawing.value) ?? null),
  );
  const checked = computed(() =>
    patternsRequest.safeParse({ ...patternDraft, layer: layer.value, channels: 'all' }),
  );
  /** The question to the kernels as it is put now; another one is another object. */
  const kernelQuestion = computed(() =>
    layer.value === null ? null : kernelsRequest.parse({ ...kernelDraft, layer: layer.value }),
  );
  /** By the fields of the patterns. */
  const messages = computed<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      (checked.value.error?.issues ?? []).map((issue) => [
        String(issue.path[0]),
        sentenceOf(issue, 'recipe'),
      ]),
    ),
  );

  function clear(): void {
    bench++;
    kernels.value = null;
    kept.clear();
    problem.value = null;
    drawing.value = null;
  }

  async function drawPatterns(): Promise<void> {
    if (drawing.value !== null || !checked.value.success || layer.value === null) return;
    const [asked, of] = [bench, layer.value];
    const id = insight.begin('Drawing patterns');
    drawing.value = id;
    problem.value = null;
    try {
      const step = metrics.steps;
      const patterns = await lab.lab().patterns({ ...checked.value.data, id });
      if (asked === bench) kept.set(of, { patterns, step });
    } catch (thrown) {
      const found = problemOf(thrown);
      if (asked === bench && found.message !== cancelledInsight) problem.value = found;
    } finally {
      insight.end(id);
      if (drawing.value === id) drawing.value = null;
    }
  }

  async function cancel(): Promise<void> {
    if (drawing.value !== null) await insight.cancel(drawing.value);
  }

  /** Only the answer to the newest question counts. */
  async function readKernels(): Promise<void> {
    const request = kernelQuestion.value;
    if (request === null || !lab.connected) return;
    const reading = ++kernelReadings;
    const id = insight.begin('Reading kernels');
    try {
      const found = await lab.lab().kernels({ ...request, id });
      if (reading !== kernelReadings) return;
      kernels.value = found;
      problem.value = null;
    } catch (thrown) {
      if (reading === kernelReadings) problem.value = problemOf(thrown);
    } finally {
      insight.end(id);
    }
  }

  return {
    layer,
    shows,
    kernelDraft,
    kernelQuestion,
    patternDraft,
    kernels,
    drawn,
    progress,
    problem,
    messages,
    clear,
    drawPatterns,
    cancel,
    readKernels,
  };
});

import { defineStore } from 'pinia';
import { computed, shallowReactive, shallowRef } from 'vue';
import type { Evaluation } from '#shared/evaluation';
import { problemOf, type Problem } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import { useLabStore } from './lab';
import { useMetricsStore } from './metrics';
import { useProblemStore } from './problem';
import { useSessionStore } from './session';

export interface TestImage {
  readonly pixels: Uint8Array;
  readonly shape: ImageShape;
}

/** How the network on the bench reads the test images, as it was when it was last asked. */
export const useEvaluationStore = defineStore('evaluation', () => {
  const lab = useLabStore();
  const metrics = useMetricsStore();
  const problems = useProblemStore();
  const session = useSessionStore();

  const evaluation = shallowRef<Evaluation | null>(null);
  /** Batches that the network had been trained for. */
  const step = shallowRef(0);
  const reading = shallowRef(false);
  const problem = shallowRef<Problem | null>(null);
  const images = shallowReactive(new Map<number, TestImage>());
  const requested = new Set<number>();
  /** Changes whenever another network is on the bench, to whom earlier answers do not belong. */
  let bench = 0;

  const outdated = computed(() => evaluation.value !== null && step.value !== metrics.steps);

  function clear(): void {
    bench++;
    evaluation.value = null;
    reading.value = false;
    problem.value = null;
    images.clear();
    requested.clear();
  }

  async function evaluate(): Promise<void> {
    if (reading.value || !lab.connected) return;
    const asked = bench;
    reading.value = true;
    problem.value = null;
    try {
      const from = metrics.steps;
      const found = await lab.lab().evaluate();
      if (asked !== bench) return;
      evaluation.value = found;
      step.value = from;
    } catch (thrown) {
      if (asked === bench) problem.value = problemOf(thrown);
    } finally {
      if (asked === bench) reading.value = false;
    }
  }

  /** Fetches a test image, once. */
  async function load(index: number): Promise<void> {
    if (requested.has(index) || !lab.connected) return;
    requested.add(index);
    const asked = bench;
    try {
      const { pixels, shape } = await lab.lab().samples({ from: index, count: 1 });
      if (asked === bench) images.set(index, { pixels, shape });
    } catch (thrown) {
      if (asked === bench) requested.delete(index);
      // While another network is prepared the lab has no test images.
      if ('network' in session.session) problems.report('Reading a test image', thrown);
    }
  }

  return { evaluation, step, reading, problem, outdated, images, clear, evaluate, load };
});

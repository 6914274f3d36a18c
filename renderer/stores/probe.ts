import { defineStore } from 'pinia';
import { shallowReactive, shallowRef } from 'vue';
import type { ProbeChoice, Samples } from '#shared/probe';
import { useLabStore } from './lab';
import { useProblemStore } from './problem';
import { useSessionStore } from './session';

const pageSize = 100;

/** The image that the network is shown, and the test images to choose it from. */
export const useProbeStore = defineStore('probe', () => {
  const lab = useLabStore();
  const problems = useProblemStore();
  const session = useSessionStore();

  /** The number of test images; `null` until the first page has come. */
  const total = shallowRef<number | null>(null);
  const pages = shallowReactive(new Map<number, Samples>());
  const requested = new Set<number>();
  let dataKey = '';

  let underWay = false;
  let next: ProbeChoice | null = null;

  /** Names the data whose test images these are. Other data, other images. */
  function useData(key: string): void {
    if (key === dataKey) return;
    dataKey = key;
    pages.clear();
    requested.clear();
    total.value = null;
  }

  /** Fetches the page that holds a test image, once. */
  async function load(index: number): Promise<void> {
    const page = Math.floor(index / pageSize);
    if (requested.has(page)) return;
    requested.add(page);
    const asked = dataKey;
    try {
      const samples = await lab.lab().samples({ from: page * pageSize, count: pageSize });
      if (asked !== dataKey) return;
      total.value = samples.total;
      pages.set(page, samples);
    } catch (thrown) {
      if (asked === dataKey) requested.delete(page);
      // While another network is prepared the lab has no test images: the next one brings its own.
      if ('network' in session.session) problems.report('Reading the test images', thrown);
    }
  }

  /** A test image's pixels and label, if its page has come. */
  function sample(
    index: number,
  ): { readonly pixels: Uint8Array; readonly label: number; readonly shape: Samples['shape'] } | null {
    const samples = pages.get(Math.floor(index / pageSize));
    const at = index % pageSize;
    const label = samples?.labels[at];
    if (samples === undefined || label === undefined) return null;
    const [height, width, channels] = samples.shape;
    const size = height * width * channels;
    return { pixels: samples.pixels.subarray(at * size, (at + 1) * size), label, shape: samples.shape };
  }

  /**
   * Shows the network another image. One call is under way at a time and only the newest choice waits, so that
   * drawing never outruns the lab.
   */
  async function choose(choice: ProbeChoice): Promise<void> {
    next = choice;
    if (underWay) return;
    underWay = true;
    while (next !== null) {
      const chosen: ProbeChoice = next;
      next = null;
      await problems.reporting('Showing the image to the network', () => lab.lab().probe(chosen));
    }
    underWay = false;
  }

  return { total, pages, useData, load, sample, choose };
});

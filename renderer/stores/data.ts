import { defineStore } from 'pinia';
import { computed, shallowReactive, shallowRef, watch } from 'vue';
import type { BrowsedImages, DataSurvey, ImagePlace, SplitName } from '#shared/data-survey';
import { problemOf, type Problem } from '#shared/errors';
import { imageSize, type ImageShape } from '#shared/images';
import { useLabStore } from './lab';
import { useProblemStore } from './problem';
import { useSessionStore } from './session';

const pageSize = 120;

/** A thumbnail with what it shows. */
export interface DataImage {
  readonly index: number;
  readonly label: number;
  readonly pixels: Uint8Array;
  readonly shape: ImageShape;
}

/** The images on the bench: what is known of them, and the pages of them that were looked at. */
export const useDataStore = defineStore('data', () => {
  const lab = useLabStore();
  const problems = useProblemStore();
  const session = useSessionStore();

  const survey = shallowRef<DataSurvey | null>(null);
  const reading = shallowRef(false);
  const problem = shallowRef<Problem | null>(null);
  const split = shallowRef<SplitName>('training');
  /** The class that is looked at; `null` for all. */
  const label = shallowRef<number | null>(null);
  const pages = shallowReactive(new Map<string, BrowsedImages>());
  const singles = shallowReactive(new Map<string, DataImage>());
  const requested = new Set<string>();

  /** Names the images that answers belong to; `null` while none are on the bench. */
  const bench = computed(() => {
    const current = session.session;
    if (!('network' in current) || current.recipe.data.source === 'none') return null;
    const { model, data, training } = current.recipe;
    return JSON.stringify([data, training.validationSplit, 'file' in model ? model : null]);
  });
  watch(bench, (now, before) => {
    // While a run is prepared or evaluated there is none for a moment.
    if (now !== null && now !== before) clear();
  });

  function clear(): void {
    survey.value = null;
    reading.value = false;
    problem.value = null;
    label.value = null;
    pages.clear();
    singles.clear();
    requested.clear();
  }

  async function look(): Promise<void> {
    const asked = bench.value;
    if (asked === null || survey.value !== null || reading.value || !lab.connected) return;
    reading.value = true;
    problem.value = null;
    try {
      const found = await lab.lab().surveyData();
      if (asked === bench.value) survey.value = found;
    } catch (thrown) {
      if (asked === bench.value) problem.value = problemOf(thrown);
    } finally {
      if (asked === bench.value) reading.value = false;
    }
  }

  const total = computed(() => {
    const counts = survey.value?.splits[split.value];
    if (counts === undefined) return 0;
    return label.value === null ? counts.images : (counts.classes[label.value] ?? 0);
  });

  function keyOf(place: number): string {
    return `${split.value}/${label.value ?? 'all'}/${Math.floor(place / pageSize)}`;
  }

  /** Fetches the page that holds the image at a place of the class and split that are looked at, once. */
  async function load(place: number): Promise<void> {
    const from = Math.floor(place / pageSize) * pageSize;
    const chosen = { split: split.value, label: label.value };
    await once(keyOf(place), async (key) => {
      const page = await lab.lab().browse({ by: 'class', ...chosen, from, count: pageSize });
      return () => pages.set(key, page);
    });
  }

  /** The image at a place of the class and split that are looked at, if its page has come. */
  function image(place: number): DataImage | null {
    const page = pages.get(keyOf(place));
    return page === undefined ? null : imageOf(page, place % pageSize);
  }

  /** Fetches single images, once. */
  async function loadPlaces(places: readonly ImagePlace[]): Promise<void> {
    for (const name of ['training', 'validation', 'test'] as const) {
      const indices = places.filter((place) => place.split === name).map(({ index }) => index);
      if (indices.length === 0) continue;
      await once(`${name}:${indices.join()}`, async () => {
        const found = await lab.lab().browse({ by: 'index', split: name, indices });
        return () => {
          indices.forEach((index, at) => {
            const single = imageOf(found, at);
            if (single !== null) singles.set(`${name}:${index}`, single);
          });
        };
      });
    }
  }

  function single({ split: name, index }: ImagePlace): DataImage | null {
    return singles.get(`${name}:${index}`) ?? null;
  }

  async function once(key: string, fetch: (key: string) => Promise<() => unknown>): Promise<void> {
    if (requested.has(key) || !lab.connected) return;
    requested.add(key);
    const asked = bench.value;
    try {
      const keep = await fetch(key);
      if (asked === bench.value) keep();
    } catch (thrown) {
      if (asked === bench.value) requested.delete(key);
      if (bench.value !== null) problems.report('Reading images', thrown);
    }
  }

  return {
    survey,
    reading,
    problem,
    split,
    label,
    bench,
    total,
    look,
    load,
    image,
    loadPlaces,
    single,
  };
});

function imageOf({ shape, pixels, indices, labels }: BrowsedImages, at: number): DataImage | null {
  const index = indices[at];
  if (index === undefined) return null;
  const size = imageSize(shape);
  return { index, label: labels[at] ?? 0, shape, pixels: pixels.subarray(at * size, (at + 1) * size) };
}

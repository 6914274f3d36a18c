import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { problemOf, type Problem } from '#shared/errors';
import { topImagesRequest, type TopImagesOfChannel } from '#shared/evidence';
import { evolutionRequest, type Evolution, type EvolutionRequest } from '#shared/insight';
import { useInsightStore } from './insight';
import { useLabStore } from './lab';

/** A filter that is looked at more closely. */
export interface FilterPlace {
  readonly layer: string;
  readonly channel: number;
}

const imagesShown = 12;

/** The filter in focus: the images that excite it, and how it came to be. */
export const useFilterFocusStore = defineStore('filter-focus', () => {
  const lab = useLabStore();
  const insight = useInsightStore();

  const place = shallowRef<FilterPlace | null>(null);
  const images = shallowRef<TopImagesOfChannel | null>(null);
  const imagesProblem = shallowRef<Problem | null>(null);
  const evolution = shallowRef<Evolution | null>(null);
  const evolutionProblem = shallowRef<Problem | null>(null);
  /** What the evolution is of. */
  const evolved = shallowRef<EvolutionRequest['of']>('kernel');
  const evolving = shallowRef(false);
  /** Changes with every filter that is looked at. */
  let look = 0;

  /** Looks at a filter, or at none. */
  async function focus(next: FilterPlace | null): Promise<void> {
    const asked = ++look;
    place.value = next;
    images.value = null;
    imagesProblem.value = null;
    evolution.value = null;
    evolutionProblem.value = null;
    evolving.value = false;
    if (next === null || !lab.connected) return;
    const id = insight.begin('Looking for images');
    try {
      const { layer, channel } = next;
      const request = topImagesRequest.parse({ id, layer, channels: [channel], count: imagesShown });
      const found = await lab.lab().topImages(request);
      if (asked === look) images.value = found.channels[0] ?? null;
    } catch (thrown) {
      if (asked === look) imagesProblem.value = problemOf(thrown);
    } finally {
      insight.end(id);
    }
  }

  async function evolve(of: EvolutionRequest['of']): Promise<void> {
    if (place.value === null || evolving.value) return;
    const asked = look;
    evolving.value = true;
    evolutionProblem.value = null;
    const id = insight.begin('Going through the checkpoints');
    try {
      const found = await lab.lab().evolution(evolutionRequest.parse({ ...place.value, id, of }));
      if (asked !== look) return;
      evolution.value = found;
      evolved.value = of;
    } catch (thrown) {
      if (asked === look) evolutionProblem.value = problemOf(thrown);
    } finally {
      insight.end(id);
      if (asked === look) evolving.value = false;
    }
  }

  return { place, images, imagesProblem, evolution, evolved, evolutionProblem, evolving, focus, evolve };
});

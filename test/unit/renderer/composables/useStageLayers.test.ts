import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it } from 'vitest';
import { volumeOf } from '#shared/images';
import { useStageLayers } from '../../../../renderer/composables/useStageLayers';
import { useSessionStore } from '../../../../renderer/stores/session';
import { network, recipe } from '../samples';

beforeEach(() => {
  setActivePinia(createPinia());
});

it('stands layers on the stage in the shape in which their values come', () => {
  const outputShapes = [[26, 26, 32], [28, 28], [64]];
  const [first] = network.summary.layers;
  const layers = outputShapes.map((outputShape, index) => ({ ...first, name: `layer${index}`, outputShape }));
  const summary = { ...network.summary, layers } as typeof network.summary;
  useSessionStore().take({ phase: 'ready', recipe, network: { ...network, summary } });
  const shown = useStageLayers().value.slice(1);
  expect(shown.map(({ shape }) => shape)).toEqual([
    [26, 26, 32],
    [28, 28, 1],
    [1, 1, 64],
  ]);
  expect(shown.map(({ shape }) => shape)).toEqual(outputShapes.map(volumeOf));
});

import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { TooltipProvider } from 'reka-ui';
import { afterEach, describe, expect, it } from 'vitest';
import { defineComponent, h, shallowRef } from 'vue';
import LayerDetails from '../../../../../renderer/components/models/LayerDetails.vue';
import ModelGraph from '../../../../../renderer/components/models/graph/ModelGraph.vue';
import type { ModelCard } from '#shared/models';
import { card, layer, residual } from './cards';

let mounted: VueWrapper | null = null;
afterEach(() => {
  mounted?.unmount();
  mounted = null;
});

async function graph(of: ModelCard) {
  setActivePinia(createPinia());
  const selected = shallowRef<string | null>(null);
  const Shown = defineComponent({
    setup: () => () =>
      h(TooltipProvider, () =>
        h(ModelGraph, {
          card: of,
          selected: selected.value,
          'onUpdate:selected': (name: string | null) => (selected.value = name),
        }),
      ),
  });
  const wrapper = mount(Shown, { attachTo: document.body });
  mounted = wrapper;
  await expect.poll(() => wrapper.find('svg[role="group"]').exists()).toBe(true);
  const row = (name: string) => wrapper.get(`[data-layer="${name}"]`);
  const press = async (key: string) => {
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await flushPromises();
  };
  return { wrapper, selected, row, press };
}

describe('the graph of a model', () => {
  it('draws every layer and every edge, and says what they are', async () => {
    const { wrapper, row } = await graph(card(residual));
    expect(wrapper.findAll('[data-layer]').map((one) => one.attributes('data-layer'))).toEqual([
      'picture',
      ...residual.map(({ name }) => name),
    ]);
    // Those within a box are not drawn.
    expect(wrapper.findAll('path.edge')).toHaveLength(6);
    expect(row('add').attributes('aria-label')).toBe('Add add, 8 by 8 by 4, reads relu, stem');
    expect(row('picture').attributes('aria-label')).toBe('Input picture, 8 by 8 by 3');
    expect(row('stem').text()).toContain('3×3');
  });

  it('marks layers that do not run, and draws what a layer reads of itself', async () => {
    const { row } = await graph(
      card([
        layer('code', 'Lambda', ['image'], { problem: 'holds Python code, which is never run' }),
        layer('shared', 'Conv2D', ['code', 'shared']),
      ]),
    );
    expect(row('code').find('.broken').exists()).toBe(true);
    expect(row('code').attributes('aria-label')).toContain('does not run: holds Python code');
    expect(row('shared').find('.loop').exists()).toBe(true);
  });

  it('is one stop of Tab, from which arrow keys walk along the edges', async () => {
    const { wrapper, selected, row, press } = await graph(card(residual));
    const stops = () => wrapper.findAll('[tabindex="0"]').map((one) => one.attributes('data-layer'));
    expect(stops()).toEqual(['picture']);
    (row('picture').element as HTMLElement).focus();
    await press('ArrowDown');
    expect(selected.value).toBe('stem');
    expect(document.activeElement).toBe(row('stem').element);
    expect(row('stem').attributes('aria-pressed')).toBe('true');
    expect(stops()).toEqual(['stem']);
    await press('ArrowUp');
    expect(selected.value).toBe('picture');
    // Nothing is above it.
    await press('ArrowUp');
    expect(selected.value).toBe('picture');
  });

  it('chooses a layer by a click, by Enter and by Space, which train nothing', async () => {
    const { selected, row } = await graph(card(residual));
    await row('relu').trigger('click');
    expect(selected.value).toBe('relu');
    const space = new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true });
    row('add').element.dispatchEvent(space);
    expect(selected.value).toBe('add');
    expect(space.defaultPrevented).toBe(true);
    await row('left').trigger('keydown', { key: 'Enter' });
    expect(selected.value).toBe('left');
    await row('left').trigger('keydown', { key: 'Escape' });
    expect(selected.value).toBeNull();
  });

  it('says why it is not drawn where it is too entangled', async () => {
    setActivePinia(createPinia());
    const branches = Array.from({ length: 1300 }, (_, index) =>
      layer(`branch ${index}`, 'Conv2D', ['start']),
    );
    const of = card([
      layer('start', 'InputLayer', []),
      ...branches,
      layer(
        'end',
        'Add',
        branches.map(({ name }) => name),
      ),
    ]);
    const wrapper = mount(ModelGraph, { props: { card: of, selected: null } });
    mounted = wrapper;
    await expect
      .poll(() => wrapper.find('[role="status"]').text())
      .toMatch(/too much to draw; the list shows them/);
    expect(wrapper.find('svg[role="group"]').exists()).toBe(false);
  });
});

describe('the details of a layer', () => {
  it('tell its settings and weights, and lead to what it reads and what reads it', async () => {
    const details = mount(LayerDetails, { props: { card: card(residual), name: 'stem' } });
    mounted = details;
    const rows = details.findAll('tr').map((row) => row.findAll('th, td').map((one) => one.text()));
    expect(rows).toContainEqual(['Type', 'Conv2D']);
    expect(rows).toContainEqual(['Input', '8 × 8 × 3']);
    expect(rows).toContainEqual(['Output', '8 × 8 × 4']);
    expect(rows).toContainEqual(['Parameters', '100, 31.6 %']);
    expect(rows).toContainEqual(['kernel size', '3 × 3']);
    expect(details.get('[aria-label="Weights"]').text()).toContain('3 × 3 × 3 × 4');
    expect(details.get('[aria-label="Statistics of kernel"]').text()).toContain('0.750');
    const links = (name: string) => details.findAll(`[aria-label="${name}"] button`);
    expect(links('Reads').map((link) => link.text())).toEqual(['picture']);
    expect(links('Read by').map((link) => link.text())).toEqual(['conv', 'add']);
    await links('Read by')[1]?.trigger('click');
    expect(details.emitted('choose')).toEqual([['add']]);
  });

  it('say what is not known', () => {
    const unknown = card([layer('op', 'Conv2D', [], { inputs: null, outputShape: null })]);
    const details = mount(LayerDetails, { props: { card: unknown, name: 'op' } });
    mounted = details;
    expect(details.text()).toContain('It is not known what it reads.');
    expect(details.text()).not.toContain('Output');
  });
});

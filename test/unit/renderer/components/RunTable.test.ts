import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { TooltipProvider } from 'reka-ui';
import { beforeEach, describe, expect, it } from 'vitest';
import { h } from 'vue';
import RunTable from '../../../../renderer/components/RunTable.vue';
import type { RunRow, RunState } from '../../../../renderer/composables/useRunRows';
import { useComparisonStore } from '../../../../renderer/stores/comparison';
import { recipe } from '../samples';

function rowOf(number: number, state: RunState, loss: number | null): RunRow {
  const id = `${String(number).padStart(4, '0')}-digits-seed`;
  const last = {
    epoch: 3,
    loss: loss ?? 0,
    accuracy: 0.9,
    validationLoss: 0.4,
    validationAccuracy: 0.875,
    learningRate: 0.001,
    imagesPerSecond: 4000,
    seconds: 1,
    deadFilters: [],
  };
  return {
    listing: {
      id,
      folder: `runs/${id}`,
      startedAt: '2026-03-01T10:00:00Z',
      recipe,
      epochs: 3,
      lastEpoch: loss === null ? null : last,
      problem: null,
      result: null,
    },
    state,
    epochs: loss === null ? 0 : 3,
    total: 5,
    last: loss === null ? null : last,
    onBench: false,
  };
}

const rows = [
  rowOf(4, 'not ended', null),
  rowOf(3, 'diverged', 0.5),
  rowOf(2, 'stopped', 0.1),
  rowOf(1, 'completed', 0.3),
];

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
});

function mountTable(listed: readonly RunRow[] = rows) {
  return mount(() => h(TooltipProvider, () => h(RunTable, { rows: listed })), { attachTo: document.body });
}

describe('the table of runs', () => {
  const order = (table: ReturnType<typeof mountTable>): readonly string[] =>
    table.findAll('tr.run').map((row) => row.get('th').text());

  it('lists them as the lab does, with what each came to', () => {
    const table = mountTable();
    expect(order(table)).toEqual(['run 4', 'run 3', 'run 2', 'run 1']);
    const texts = table.findAll('tr.run').map((row) => row.text());
    expect(texts[0]).toMatch(/0 \/ 5.*Not ended/);
    expect(texts[1]).toMatch(/3 \/ 5.*0\.5000.*0\.4000.*90\.00 %.*87\.50 %.*Diverged/);
    table.unmount();
  });

  it('is sorted by a column, either way and back, with what is unknown last', async () => {
    const table = mountTable();
    const header = table.findAll('thead th').find((cell) => cell.text() === 'Loss');
    await header?.get('button').trigger('click');
    expect(order(table)).toEqual(['run 3', 'run 1', 'run 2', 'run 4']);
    expect(header?.attributes('aria-sort')).toBe('descending');
    await header?.get('button').trigger('click');
    expect(order(table)).toEqual(['run 2', 'run 1', 'run 3', 'run 4']);
    await header?.get('button').trigger('click');
    expect(order(table)).toEqual(['run 4', 'run 3', 'run 2', 'run 1']);
    expect(header?.attributes('aria-sort')).toBeUndefined();
    table.unmount();
  });

  it('is walked with arrow keys as one tab stop', async () => {
    const table = mountTable();
    const found = table.findAll('tr.run');
    expect(found.map((row) => row.attributes('tabindex'))).toEqual(['0', '-1', '-1', '-1']);
    await found[0]?.trigger('keydown', { key: 'ArrowDown' });
    expect(document.activeElement).toBe(found[1]?.element);
    await found[1]?.trigger('keydown', { key: 'End' });
    expect(document.activeElement).toBe(found[3]?.element);
    expect(found.map((row) => row.attributes('tabindex'))).toEqual(['-1', '-1', '-1', '0']);
    table.unmount();
  });

  it('offers what each can go on with: at once, with a gentler rate, with more epochs', async () => {
    const table = mountTable();
    const actions = table.findAll('tr.run').map((row) => row.get('.go').text());
    expect(actions).toEqual(['Resume', 'Resume…', 'Resume', 'Train further…']);
    await table.findAll('tr.run')[1]?.get('.go').trigger('click');
    const input = table.get('form input');
    expect((input.element as HTMLInputElement).value).toBe('0.0001');
    await input.setValue('20');
    expect(table.get('form').text()).toContain('Must be at most 10.');
    table.unmount();
  });

  it('asks a complete run for more epochs than it has', async () => {
    const table = mountTable();
    await table.findAll('tr.run')[3]?.get('.go').trigger('click');
    const input = table.get('form input');
    expect((input.element as HTMLInputElement).value).toBe('8');
    await input.setValue('3');
    expect(table.get('form').text()).toContain('3 are trained: more than that.');
    expect(table.get('form button[type="submit"]').attributes('disabled')).toBeDefined();
    table.unmount();
  });

  it('lets runs be chosen, by their boxes and by Space, which then starts no run', async () => {
    const table = mountTable();
    const comparison = useComparisonStore();
    const boxes = table.findAll<HTMLInputElement>('tr.run input');
    expect(boxes.map((box) => box.attributes('aria-label'))).toEqual(
      [4, 3, 2, 1].map((n) => `Compare run ${n}`),
    );
    await boxes[1]?.setValue(true);
    const row = table.findAll('tr.run')[3]?.element;
    const space = new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true });
    row?.dispatchEvent(space);
    expect(space.defaultPrevented).toBe(true);
    expect(comparison.chosen).toEqual([
      { folder: 'runs/0003-digits-seed', hue: 0 },
      { folder: 'runs/0001-digits-seed', hue: 1 },
    ]);
    await boxes[1]?.setValue(false);
    expect(boxes.map(({ element }) => element.checked)).toEqual([false, false, false, true]);
    // A run keeps its hue; the next one takes that which became free.
    await boxes[0]?.setValue(true);
    expect(comparison.chosen.map(({ hue }) => hue)).toEqual([1, 0]);
    table.unmount();
  });

  it('takes no ninth run, and says why', async () => {
    const nine = Array.from({ length: 9 }, (_, index) => rowOf(9 - index, 'completed', 0.3));
    const table = mountTable(nine);
    const boxes = table.findAll<HTMLInputElement>('tr.run input');
    for (const box of boxes.slice(0, 8)) await box.setValue(true);
    expect(boxes[8]?.element.disabled).toBe(true);
    expect(boxes[8]?.attributes('title')).toBe('8 are compared: take one out first');
    await table.findAll('tr.run')[8]?.trigger('keydown', { key: ' ' });
    expect(useComparisonStore().chosen).toHaveLength(8);
    await boxes[0]?.setValue(false);
    expect(boxes[8]?.element.disabled).toBe(false);
    table.unmount();
  });
});

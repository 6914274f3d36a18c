import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watch } from 'vue';
import { FakeConnection } from '../../../../renderer/lab/fake-connection';
import { FakeExport } from '../../../../renderer/lab/fake-export';
import { useExportsStore } from '../../../../renderer/stores/exports';
import { useInsightStore } from '../../../../renderer/stores/insight';
import { useLabStore } from '../../../../renderer/stores/lab';
import { useProblemStore } from '../../../../renderer/stores/problem';

const kernels = { work: { kind: 'kernels' }, format: 'png' } as const;
const menu = Symbol('menu');
const other = Symbol('other menu');

beforeEach(() => {
  setActivePinia(createPinia());
  const connection = new FakeConnection();
  const { lab } = connection;
  const files = new FakeExport(useInsightStore().progressed);
  vi.spyOn(lab, 'exportFile').mockImplementation((call) => files.exportFile('net', call));
  vi.spyOn(lab, 'cancelExport').mockImplementation(async (id) => {
    files.cancel(id);
  });
  useLabStore().use(connection, lab);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('exports', () => {
  it('show their progress to the menu that asked for them alone', async () => {
    const store = useExportsStore();
    const seen: (number | null)[] = [];
    const watched = () => store.progressOf(menu)?.fraction ?? null;
    watch(watched, (fraction) => seen.push(fraction), { flush: 'sync' });
    const making = store.make(menu, kernels);
    expect(store.progressOf(menu)).toMatchObject({ fraction: 0 });
    expect(store.progressOf(other)).toBe(null);
    const made = await making;
    expect(made?.recipeName).toBe(`${made?.name ?? ''}.recipe.json`);
    expect(JSON.parse(made?.recipeText ?? '')).toMatchObject({ request: kernels });
    expect(seen[0]).toBe(0);
    expect(seen).toContain(0.5);
    expect(seen.at(-1)).toBe(null);
  });

  it('of two menus are made at once, and each is cancelled by itself', async () => {
    const store = useExportsStore();
    const first = store.make(menu, kernels);
    const second = store.make(other, { ...kernels, format: 'csv' });
    await store.cancel(menu);
    expect(await first).toBe(null);
    expect((await second)?.name).toMatch(/\.csv$/);
    expect(useProblemStore().notice).toBe(null);
  });

  it('of one menu come one after another: none is begun while one is under way', async () => {
    const store = useExportsStore();
    const first = store.make(menu, kernels);
    expect(await store.make(menu, kernels)).toBe(null);
    expect(await first).not.toBe(null);
  });

  it('that cannot be made are told of', async () => {
    const store = useExportsStore();
    expect(await store.make(menu, { ...kernels, format: 'glb' })).toBe(null);
    expect(useProblemStore().notice).toMatchObject({ attempt: 'Exporting' });
    expect(useProblemStore().notice?.problem.message).toContain('Kernels are not exported as GLB');
    expect(store.progressOf(menu)).toBe(null);
  });
});

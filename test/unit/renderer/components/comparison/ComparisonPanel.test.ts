import { flushPromises, type DOMWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal } from '#shared/errors';
import { useRecipeStore } from '../../../../../renderer/stores/recipe';
import { useRunsStore } from '../../../../../renderer/stores/runs';
import { useSessionStore } from '../../../../../renderer/stores/session';
import { useWindowStore } from '../../../../../renderer/stores/window';
import { mountApp, type MountedApp } from '../mount-app';

// A whole window takes a second to mount where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const charts = vi.hoisted(() => ({ setCurves: vi.fn(), point: vi.fn() }));
vi.mock('../../../../../renderer/charts/comparison-chart', () => ({
  ComparisonChart: class {
    setCurves = charts.setCurves;
    point = charts.point;
    setLogScale = vi.fn();
    setTheme = vi.fn();
    describe = vi.fn(() => 'Loss');
    dispose = vi.fn();
  },
}));

let mounted: MountedApp;

beforeEach(async () => {
  vi.useFakeTimers();
  mounted = await mountApp();
  mounted.connection.open();
  await settle();
});

afterEach(() => {
  mounted.unmount();
  vi.useRealTimers();
});

async function settle(milliseconds = 1000): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await flushPromises();
}

async function begin(learningRate: number, epochs: number): Promise<void> {
  const { draft } = useRecipeStore();
  draft.optimizer.learningRate = learningRate;
  draft.epochs = epochs;
  await settle();
  await mounted.button('Train').trigger('click');
}

async function until(reached: () => boolean): Promise<void> {
  for (let second = 0; second < 200 && !reached(); second++) await settle();
  expect(reached()).toBe(true);
}

const finished = (): boolean => useSessionStore().phase === 'finished';

async function trained(learningRate: number): Promise<void> {
  await begin(learningRate, 1);
  await until(() => !finished());
  await until(finished);
}

async function showRuns(): Promise<void> {
  useWindowStore().view = 'runs';
  await settle();
}

const rows = (): DOMWrapper<Element>[] => mounted.app.findAll('tr.run');
const panel = () => mounted.app.find('[aria-label="Compare"]');

async function choose(row: number): Promise<void> {
  await rows()[row]?.get('input[type="checkbox"]').trigger('change');
  await settle();
}

function cellsOf(label: string): readonly string[] {
  const row = mounted.app
    .findAll('[aria-label="Comparison"] tbody tr')
    .find((candidate) => candidate.find('th[scope="row"]').exists() && candidate.get('th').text() === label);
  return row?.findAll('td').map((cell) => cell.text()) ?? [];
}

describe('runs that are compared', () => {
  it('show their curves and what differs, and nothing while none is chosen', async () => {
    await trained(0.001);
    await trained(0.01);
    await showRuns();
    expect(rows()).toHaveLength(2);
    expect(panel().exists()).toBe(false);

    await choose(1);
    expect(panel().text()).toContain('1 run chosen');
    expect(panel().text()).toContain('Choose another run to see what differs.');
    await choose(0);
    expect(panel().text()).toContain('2 runs compared');
    const legend = mounted.app.findAll('[aria-label="Legend"] tbody th').map((name) => name.text());
    expect(legend).toEqual(['run 1', 'run 2']);
    expect(cellsOf('Learning rate')).toEqual(['0.001', '0.01']);
    expect(cellsOf('Epochs')).toEqual([]);
    expect(cellsOf('Test accuracy')).toHaveLength(2);
    const [curves] = charts.setCurves.mock.lastCall as [{ name: string; points: unknown[] }[]];
    expect(curves.map(({ name, points }) => [name, points.length])).toEqual([
      ['run 1', 1],
      ['run 2', 1],
    ]);

    // The choice is kept while another view is shown.
    useWindowStore().view = 'train';
    await settle();
    await showRuns();
    expect(panel().text()).toContain('2 runs compared');

    await mounted.button('Take run 1 out').trigger('click');
    expect(panel().text()).toContain('1 run chosen');
    await mounted.button('Choose none').trigger('click');
    expect(panel().exists()).toBe(false);
  });

  it('bring the run forward that one points at in the legend', async () => {
    await trained(0.001);
    await showRuns();
    await choose(0);
    await mounted.app.get('[aria-label="Legend"] tbody tr').trigger('pointerenter');
    const [listing] = useRunsStore().runs ?? [];
    expect(charts.point).toHaveBeenLastCalledWith({ at: null, id: listing?.folder });
    expect(mounted.app.get('[aria-label="Legend"] tbody tr').attributes('aria-current')).toBe('true');
  });

  it('follow the one that is trained, and take its results when it ends', async () => {
    await begin(0.001, 2);
    await until(() => useSessionStore().progress?.epoch === 2);
    await showRuns();
    await choose(0);
    const epochs = () => (charts.setCurves.mock.lastCall as [{ points: unknown[] }[]])[0][0]?.points.length;
    expect(epochs()).toBe(1);
    expect(cellsOf('Test accuracy')).toEqual(['–']);
    await until(finished);
    await settle();
    expect(epochs()).toBe(2);
    expect(cellsOf('Test accuracy')[0]).toMatch(/^\d+\.\d\d %/);
  });

  it('say which cannot be read, and show the others', async () => {
    await trained(0.001);
    await trained(0.01);
    const read = mounted.connection.lab.runMetrics.bind(mounted.connection.lab);
    vi.spyOn(mounted.connection.lab, 'runMetrics').mockImplementation(async (folder) => {
      if (folder.includes('0001')) throw new Refusal(`The epochs of ${folder} cannot be read.`);
      return read(folder);
    });
    await showRuns();
    await choose(0);
    await choose(1);
    expect(panel().get('[role="alert"]').text()).toMatch(/^The epochs of .*0001.* cannot be read\.$/);
    expect(mounted.app.get('[aria-label="Legend"]').text()).toContain('Cannot be read');
    expect(cellsOf('Learning rate')).toEqual(['0.01', '0.001']);
  });
});

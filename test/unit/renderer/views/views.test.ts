import { flushPromises, type DOMWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadFiltersOf } from '../../../../renderer/lab/fake-network';
import { useEvaluationStore } from '../../../../renderer/stores/evaluation';
import { useRecipeStore } from '../../../../renderer/stores/recipe';
import { useRunsStore } from '../../../../renderer/stores/runs';
import { useSessionStore } from '../../../../renderer/stores/session';
import { useWindowStore } from '../../../../renderer/stores/window';
import { network } from '../samples';
import { mountApp, type MountedApp } from '../components/mount-app';

// A whole window takes a second to mount where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let mounted: MountedApp;

beforeEach(async () => {
  vi.useFakeTimers();
  mounted = await mountApp();
  mounted.connection.open();
  await settle();
  const { draft } = useRecipeStore();
  [draft.limit, draft.epochs] = [1000, 2];
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

/** Trains two short epochs to their end. */
async function trained(): Promise<void> {
  await mounted.button('Train').trigger('click');
  await settle(3000);
  expect(useSessionStore().phase).toBe('finished');
}

async function goTo(view: string): Promise<void> {
  useWindowStore().view = view;
  await settle(100);
}

function row(run: string): DOMWrapper<Element> {
  const found = mounted.app.findAll('tr.run').find((candidate) => candidate.get('th').text() === run);
  if (found === undefined) throw new Error(`There is no row ${run}.`);
  return found;
}

describe('the runs', () => {
  it('are none at first, and say what would make one', async () => {
    await goTo('runs');
    expect(mounted.text()).toContain('No runs yet');
  });

  it('say why they cannot be read, and are read again', async () => {
    const runs = vi.spyOn(mounted.connection.lab, 'runs');
    runs.mockRejectedValueOnce(new Error('The disk does not answer.'));
    await goTo('runs');
    expect(mounted.text()).toContain('The disk does not answer.');
    await mounted.button('Try again').trigger('click');
    await settle(100);
    expect(mounted.text()).not.toContain('The disk does not answer.');
    expect(useRunsStore().runs).toEqual([]);
  });

  it('show the run under way as it is, and what it came to when it has ended', async () => {
    await goTo('runs');
    await mounted.button('Train').trigger('click');
    await settle(500);
    expect(row('run 1').text()).toMatch(/1 \/ 2.*Training/);
    await settle(3000);
    expect(row('run 1').text()).toMatch(/2 \/ 2.*Completed/);
  });

  it('go on: a stopped one from its last checkpoint', async () => {
    await mounted.button('Train').trigger('click');
    await settle(500);
    await mounted.button('Stop').trigger('click');
    await goTo('runs');
    expect(row('run 1').text()).toContain('Stopped');
    await row('run 1').get('.go').trigger('click');
    await settle(500);
    expect(useWindowStore().view).toBe('train');
    expect(useSessionStore().run?.id).toMatch(/^0001-/);
    await settle(3000);
    expect(useSessionStore().session).toMatchObject({ phase: 'finished', result: { ended: 'completed' } });
  });

  it('go on: a complete one with more epochs', async () => {
    await trained();
    await goTo('runs');
    await row('run 1').get('.go').trigger('click');
    await mounted.app.get('form input').setValue('3');
    await mounted.app.get('form').trigger('submit');
    await settle(4000);
    expect(useWindowStore().view).toBe('train');
    expect(useSessionStore().session).toMatchObject({
      phase: 'finished',
      run: { folder: 'runs/0001-digits-seed' },
      recipe: { training: { epochs: 3 } },
    });
  });
});

describe('a run that did not simply end', () => {
  it('goes back to its last checkpoint with a tenth of the rate after it diverged', async () => {
    await mounted.button('Train').trigger('click');
    await settle(500);
    const field = mounted.app.get('[aria-label="Learning rate now"]');
    await field.setValue('11');
    expect(mounted.text()).toContain('Must be at most 10.');
    await field.setValue('10');
    await field.trigger('keydown', { key: 'Enter' });
    await settle(500);
    expect(mounted.text()).toContain('The run diverged');
    const resumeRun = vi.spyOn(mounted.connection.lab, 'resumeRun');
    await mounted.button('Go back to the last good checkpoint').trigger('submit');
    await settle(3000);
    expect(resumeRun).toHaveBeenCalledWith({ folder: 'runs/0001-digits-seed', learningRate: 0.0001 });
    expect(useSessionStore().session).toMatchObject({ phase: 'finished', result: { ended: 'completed' } });
  });

  it('is resumed by its number after its lab was killed', async () => {
    await mounted.button('Train').trigger('click');
    await settle(500);
    mounted.connection.lose('The lab ended: out of memory.');
    await flushPromises();
    expect(mounted.text()).toContain('The checkpoints of run 1 are in its folder');
    await mounted.button('Restart the lab').trigger('click');
    await settle(2000);
    await mounted.button('Resume run 1').trigger('click');
    await settle(3000);
    expect(useSessionStore().session).toMatchObject({
      phase: 'finished',
      run: { id: '0001-digits-seed' },
      result: { ended: 'completed' },
    });
    expect(() => mounted.button('Resume run 1')).toThrow();
  });

  it('is not resumed where the connection alone was lost, which is tried again', async () => {
    await mounted.button('Train').trigger('click');
    await settle(300);
    mounted.connection.lose('The server does not answer.', false);
    await flushPromises();
    expect(useSessionStore().interrupted).toBeNull();
  });
});

describe('the evaluation', () => {
  const cells = (): readonly DOMWrapper<Element>[] => mounted.app.findAll('.matrix button');
  const mistakes = (): readonly DOMWrapper<Element>[] => mounted.app.findAll('.mistake');

  it('comes by itself once a run has ended, and counts every test image', async () => {
    await trained();
    await goTo('evaluate');
    const numbers = cells().map((cell) =>
      Number(/: ([\d,]+) images?$/.exec(cell.attributes('aria-label') ?? '')?.[1]),
    );
    expect(numbers).toHaveLength(100);
    expect(numbers.reduce((sum, each) => sum + each, 0)).toBe(1000);
    expect(mounted.text()).toMatch(/of 1,000/);
    expect(mounted.text()).toContain('after step 26');
  });

  it('is asked for before that, and is said to be of an earlier network once training went on', async () => {
    await goTo('evaluate');
    expect(mounted.text()).toContain('Not evaluated yet');
    await mounted.button('Evaluate').trigger('click');
    await settle(100);
    expect(mounted.text()).toContain('after step 0');
    useEvaluationStore().step = 7;
    await flushPromises();
    expect(mounted.text()).toContain('trained on since');
  });

  it('says what a cell counts, and shows the images of the one that is chosen', async () => {
    await trained();
    await goTo('evaluate');
    const wrong = cells().find((cell) => cell.attributes('aria-label')?.startsWith('4 read as 5'));
    const images = wrong?.text();
    await wrong?.trigger('pointerenter');
    expect(mounted.app.get('.readout').text()).toMatch(`label 4 read as 5: ${images} images`);
    await wrong?.trigger('click');
    await settle(100);
    expect(mistakes()).toHaveLength(Number(images));
    for (const mistake of mistakes()) expect(mistake.attributes('aria-label')).toContain('4 read as 5');
    await mounted.button('Show all mistakes').trigger('click');
    expect(mistakes().length).toBeGreaterThan(Number(images));
  });

  it('puts a mistake before the network', async () => {
    await trained();
    await goTo('evaluate');
    const first = Number(/Test image (\d+)/.exec(mistakes()[0]?.attributes('aria-label') ?? '')?.[1]);
    const probe = vi.spyOn(mounted.connection.lab, 'probe');
    await mistakes()[0]?.trigger('click');
    await settle(100);
    expect(probe).toHaveBeenCalledWith({ kind: 'sample', index: first });
    expect(useWindowStore().view).toBe('train');
  });
});

describe('dead filters', () => {
  it('are named in the layer, and marked in the summary', async () => {
    await trained();
    const [dead] = deadFiltersOf(network.summary);
    if (dead === undefined) throw new Error('The simulated network has no dead filter.');
    useWindowStore().selectedLayer = dead.layer;
    await settle(100);
    expect(mounted.app.get('[aria-label="Layer"]').text()).toContain(
      `dead: ${dead.channels.join(', ')} of ${dead.of}`,
    );
    const marks = mounted.app.findAll('.summary [role="img"]').map((mark) => mark.attributes('aria-label'));
    expect(marks[0]).toBe(`${dead.channels.length} of ${dead.of} filters are dead`);
  });
});

import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session, WindowApi } from '#shared/api';
import { useFramesStore } from '../../../../renderer/stores/frames';
import { useRecipeStore } from '../../../../renderer/stores/recipe';
import { useSessionStore } from '../../../../renderer/stores/session';
import { frameAt, network, recipe, run, training } from '../samples';
import { mountApp, stage, type MountedApp } from './mount-app';

// A whole window takes a second to mount where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let mounted: MountedApp;

beforeEach(async () => {
  vi.useFakeTimers();
  mounted = await mountApp();
});

afterEach(() => {
  mounted.unmount();
  vi.useRealTimers();
});

async function settle(milliseconds = 1000): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await flushPromises();
}

async function open(): Promise<void> {
  mounted.connection.open();
  await settle();
}

function press(key: string): void {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

/** Shows a session as if the lab had told of it. */
async function become(session: Session): Promise<void> {
  useSessionStore().take(session);
  await flushPromises();
}

describe('a window whose lab starts', () => {
  it('says so, and trains nothing', () => {
    expect(mounted.text()).toContain('Starting the lab');
    expect(mounted.button('Train').attributes('disabled')).toBeDefined();
  });

  it('puts the untrained network on the stage by itself', async () => {
    await open();
    expect(useSessionStore().phase).toBe('ready');
    const [layers] = stage['setLayers']?.mock.lastCall as [{ title: string; shape: number[] }[]];
    expect(layers.map(({ title }) => title)).toEqual([
      'Input',
      'Conv2D',
      'MaxPooling2D',
      'Conv2D',
      'MaxPooling2D',
      'Conv2D',
      'Flatten',
      'Dense',
      'Dense',
    ]);
    expect(layers.at(-1)?.shape).toEqual([1, 1, 10]);
    expect(mounted.app.get('canvas[aria-label^="Stage"]').attributes('aria-label')).toContain(
      '8 layers; conv2d selected, 26 × 26 × 32',
    );
    expect(mounted.text()).toContain('93,322 parameters');
  });
});

describe('a run', () => {
  it('is started, paused, resumed and stopped by the controls', async () => {
    await open();
    await mounted.button('Train').trigger('click');
    await settle();
    expect(useSessionStore().phase).toBe('training');
    expect(mounted.text()).toMatch(/epoch 1\/5/);
    await mounted.button('Pause').trigger('click');
    await settle(100);
    expect(useSessionStore().phase).toBe('paused');
    await mounted.button('Resume').trigger('click');
    await settle(100);
    expect(useSessionStore().phase).toBe('training');
    await mounted.button('Stop').trigger('click');
    await settle(100);
    expect(mounted.text()).toContain('Stopped');
    expect(mounted.text()).toMatch(/test accuracy \d+\.\d\d %/);
  });

  it('is started and paused by the space bar', async () => {
    await open();
    press(' ');
    await settle();
    expect(useSessionStore().phase).toBe('training');
    press(' ');
    await settle(100);
    expect(useSessionStore().phase).toBe('paused');
  });

  it('locks the recipe while it lasts', async () => {
    await open();
    const epochs = mounted.app.findAll('label').find((label) => label.text() === 'Epochs');
    const field = mounted.app.get(`[id="${epochs?.attributes('for') ?? ''}"]`);
    expect(field.attributes('disabled')).toBeUndefined();
    await become(training);
    expect(field.attributes('disabled')).toBeDefined();
  });

  it('moves the bars and the stage with every frame', async () => {
    await open();
    await become(training);
    const output = new Float32Array(10);
    output[7] = 0.875;
    useFramesStore().take({ ...frameAt(12), layers: [], output });
    await flushPromises();
    const bars = mounted.app.get('[aria-label="Class probabilities"]').findAll('li');
    expect(bars[7]?.text()).toContain('87.5 %');
    expect(bars[7]?.classes()).toContain('best');
    expect(mounted.text()).toContain('step 12');
  });
});

describe('every state of the session', () => {
  const result = {
    engine: 'wasm',
    parameters: 93_322,
    testLoss: 0.0276,
    testAccuracy: 0.9916,
    imagesPerSecond: 4000,
    ended: 'completed',
  } as const;
  const fault = { kind: 'fault', message: 'The addon crashed.', detail: 'at step 12' } as const;
  const problem = { kind: 'refusal', message: 'The disk is full: free 12 MB.', detail: null } as const;

  it.each<[string, Session, readonly string[]]>([
    ['empty', { phase: 'empty' }, ['No network yet']],
    [
      'preparing',
      { phase: 'preparing', recipe, task: { label: 'Downloading MNIST', fraction: 0.25 } },
      ['Downloading MNIST', '25 %'],
    ],
    ['ready', { phase: 'ready', recipe, network }, ['Ready, untrained']],
    ['training', training, ['Training', 'run 7']],
    ['paused', { phase: 'paused', recipe, network, run, problem: null }, ['Paused', 'Resume']],
    [
      'paused by itself',
      { phase: 'paused', recipe, network, run, problem },
      ['paused by itself', 'The disk is full: free 12 MB.'],
    ],
    ['evaluating', { phase: 'evaluating', recipe, network, run }, ['Evaluating on the test set']],
    ['finished', { phase: 'finished', recipe, network, run, result }, ['Finished', '99.16 %', '0.0276']],
    [
      'diverged',
      { phase: 'finished', recipe, network, run, result: { ...result, ended: 'diverged', testLoss: NaN } },
      ['Diverged', 'a smaller learning rate would help', 'Go back to the last good checkpoint'],
    ],
    [
      'failed',
      { phase: 'failed', recipe, problem: fault },
      ['Failed', 'The addon crashed.', 'Details', 'at step 12'],
    ],
  ])('%s is shown', async (_, session, words) => {
    await open();
    await become(session);
    for (const word of words) expect(mounted.text()).toContain(word);
  });
});

describe('what goes wrong', () => {
  it('is said at the field that the lab refused', async () => {
    await open();
    const recipes = useRecipeStore();
    recipes.draft.source = 'idx';
    recipes.draft.folder = '/images/missing';
    await settle();
    const input = mounted.app.get('input[aria-invalid="true"]');
    const message = mounted.app.get(`[id="${input.attributes('aria-describedby') ?? ''}"]`);
    expect(message.text()).toContain('The folder /images/missing does not exist');
  });

  it('is said above the stage when it belongs to no field, until it is dismissed', async () => {
    await open();
    await become(training);
    vi.spyOn(mounted.connection.lab, 'pause').mockRejectedValue(new Error('The lab does not answer.'));
    await mounted.button('Pause').trigger('click');
    await settle(100);
    expect(mounted.text()).toContain('Pausing the run did not work');
    expect(mounted.text()).toContain('The lab does not answer.');
    await mounted.button('Dismiss').trigger('click');
    expect(mounted.text()).not.toContain('The lab does not answer.');
  });
});

describe('a lab that is gone', () => {
  it('is said with its reason, keeps the picture, and comes back restarted with a network', async () => {
    await open();
    const shown = useFramesStore().shown;
    mounted.connection.lose('The lab ended: out of memory.');
    await flushPromises();
    expect(mounted.text()).toContain('The lab ended: out of memory.');
    expect(mounted.button('Train').attributes('disabled')).toBeDefined();
    expect(useFramesStore().shown).toBe(shown);
    await mounted.button('Restart the lab').trigger('click');
    expect(mounted.text()).toContain('Starting the lab');
    await settle(2000);
    expect(mounted.text()).not.toContain('Starting the lab');
    expect(useSessionStore().phase).toBe('ready');
  });

  it('offers no restart where the connection is tried again by itself', async () => {
    await open();
    mounted.connection.lose('The server does not answer.', false);
    await flushPromises();
    expect(mounted.text()).toContain('The server does not answer.');
    expect(() => mounted.button('Restart the lab')).toThrow();
  });
});

describe('keys', () => {
  it('go from layer to layer and tell the stage', async () => {
    await open();
    press(']');
    await flushPromises();
    expect(stage['select']?.mock.lastCall).toEqual(['max_pooling2d']);
    expect(mounted.text()).toContain('max_pooling2d');
    press('Escape');
    await flushPromises();
    expect(stage['select']?.mock.lastCall).toEqual([null]);
  });

  it('frame the stage, and change the view', async () => {
    await open();
    press('f');
    expect(stage['frameAll']).toHaveBeenCalledOnce();
    press('9');
    await flushPromises();
    expect(mounted.text()).toContain('Engines, from the best to the floor');
    expect(mounted.text()).toContain('sudo apt-get install g++');
    press('1');
    await flushPromises();
    expect(stage['dispose']).not.toHaveBeenCalled();
  });

  it('go back in time', async () => {
    await open();
    const frames = useFramesStore();
    const window: WindowApi['frameArrived'] = (frame) => {
      frames.take(frame);
    };
    for (const step of [0, 10, 20]) window(frameAt(step));
    press(',');
    expect(frames.shown?.step).toBe(10);
    press('.');
    expect(frames.live).toBe(true);
  });
});

import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot, WindowApi } from '#shared/api';
import { FakeConnection } from '../../../../renderer/lab/fake-connection';
import { useFramesStore } from '../../../../renderer/stores/frames';
import { useLabStore } from '../../../../renderer/stores/lab';
import { useMetricsStore } from '../../../../renderer/stores/metrics';
import { openLab } from '../../../../renderer/stores/open-lab';
import { useProblemStore } from '../../../../renderer/stores/problem';
import { useRecipeStore } from '../../../../renderer/stores/recipe';
import { useSessionStore } from '../../../../renderer/stores/session';
import { frameAt, metricsFrom, network, recipe, run, training } from '../samples';

const progress = {
  epoch: 2,
  epochs: 5,
  step: 40,
  stepsPerEpoch: 750,
  learningRate: 0.001,
  imagesPerSecond: 4000,
  secondsLeft: 31,
};

const midRun: Snapshot = {
  session: { ...training, recipe: { ...recipe, training: { ...recipe.training, epochs: 9 } } },
  metrics: { ...metricsFrom(0, 790), progress },
  frame: frameAt(780),
};

/** A connection whose lab answers `join` with a snapshot, and the window that it tells. */
function connected(snapshot: Snapshot) {
  const connection = new FakeConnection();
  const told: WindowApi[] = [];
  const attach = vi.spyOn(connection.lab, 'attach').mockImplementation((window) => void told.push(window));
  const join = vi.spyOn(connection.lab, 'join').mockResolvedValue(snapshot);
  const close = openLab(connection);
  connection.open();
  return { connection, join, attach, close, window: told[0] as WindowApi };
}

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
});

describe('a window that is opened in the middle of a run', () => {
  it('shows the session, the metrics, the frame and the recipe of the run', async () => {
    connected(midRun);
    await vi.waitFor(() => {
      expect(useLabStore().connected).toBe(true);
      expect(useSessionStore().phase).toBe('training');
      expect(useRecipeStore().recipe?.training.epochs).toBe(9);
    });
    expect(useSessionStore().run).toEqual(run);
    expect(useSessionStore().progress).toEqual(progress);
    expect(useMetricsStore().steps).toBe(790);
    expect(useMetricsStore().runLength).toEqual({ stepsPerEpoch: 750, steps: 6750 });
    expect(useFramesStore().shown?.step).toBe(780);
  });

  it('goes on with what arrives afterwards', async () => {
    const { window, join } = connected(midRun);
    await vi.waitFor(() => {
      expect(useMetricsStore().steps).toBe(790);
    });
    window.metricsArrived({ ...metricsFrom(790, 5), progress: { ...progress, step: 45 } });
    await window.frameArrived(frameAt(795));
    expect(useMetricsStore().steps).toBe(795);
    expect(useSessionStore().progress?.step).toBe(45);
    expect(useFramesStore().latest?.step).toBe(795);
    expect(join).toHaveBeenCalledTimes(1);
  });

  it('asks for everything again when batches are missing', async () => {
    const { window, join } = connected(midRun);
    await vi.waitFor(() => {
      expect(useMetricsStore().steps).toBe(790);
    });
    join.mockResolvedValue({ ...midRun, metrics: { ...metricsFrom(0, 900), progress } });
    window.metricsArrived(metricsFrom(800, 5));
    await vi.waitFor(() => {
      expect(useMetricsStore().steps).toBe(900);
    });
    expect(join).toHaveBeenCalledTimes(2);
  });

  it('clears curves and frames for another run, and shows its recipe', async () => {
    const { window } = connected(midRun);
    await vi.waitFor(() => {
      expect(useMetricsStore().steps).toBe(790);
    });
    window.sessionChanged({ ...training, run: { ...run, id: '0008-digits-seed' } });
    expect(useMetricsStore().steps).toBe(0);
    expect(useFramesStore().latest).toBeNull();
    expect(useRecipeStore().recipe).toEqual(recipe);
  });

  it('keeps curves and frames when the run ends', async () => {
    const { window } = connected(midRun);
    await vi.waitFor(() => {
      expect(useMetricsStore().steps).toBe(790);
    });
    const result = {
      engine: 'wasm',
      parameters: network.summary.parameters,
      testLoss: 0.03,
      testAccuracy: 0.99,
      imagesPerSecond: 4000,
      ended: 'completed',
    } as const;
    window.sessionChanged({ phase: 'finished', recipe, network, run, result });
    expect(useMetricsStore().steps).toBe(790);
    expect(useFramesStore().latest?.step).toBe(780);
  });
});

describe('a connection', () => {
  it('that cannot be joined says why', async () => {
    const { join } = connected(midRun);
    join.mockRejectedValue(new Error('The socket broke.'));
    await vi.waitFor(() => {
      expect(useProblemStore().notice).toMatchObject({
        attempt: 'Joining the session',
        problem: { kind: 'fault', message: 'The socket broke.' },
      });
    });
  });

  it('that is lost and restarted is joined again', async () => {
    const { connection } = connected(midRun);
    await vi.waitFor(() => {
      expect(useMetricsStore().steps).toBe(790);
    });
    connection.lose('The lab ended: out of memory.');
    expect(useLabStore().connected).toBe(false);
    useLabStore().restart();
    await vi.waitFor(() => {
      expect(useLabStore().connected).toBe(true);
      expect(useSessionStore().phase).toBe('empty');
    });
    expect(useMetricsStore().steps).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { labArguments, type MetricsUpdate, type Session, type WindowApi } from '#shared/api';
import { layerSize, type Frame } from '#shared/frames';
import { FakeLab } from '../../../../renderer/lab/fake-lab';
import { network, recipe } from '../samples';

/** What every client may rely on, so that a window that works over the fake works over a lab. */
let lab: FakeLab;
let sessions: Session[];
let metrics: MetricsUpdate[];
let frames: Frame[];

beforeEach(() => {
  vi.useFakeTimers();
  [sessions, metrics, frames] = [[], [], []];
  lab = new FakeLab();
  const window: WindowApi = {
    sessionChanged: (session) => void sessions.push(session),
    metricsArrived: (update) => void metrics.push(update),
    frameArrived: (frame) => void frames.push(frame),
    insightProgressed: () => undefined,
  };
  lab.attach(window);
});

afterEach(() => {
  lab.dispose();
  vi.useRealTimers();
});

const phases = (): readonly string[] => sessions.map(({ phase }) => phase);

describe('the simulated lab', () => {
  it('offers recipes that the contract accepts', async () => {
    const { presets, defaultRecipe } = await lab.describe();
    for (const { spec } of presets)
      expect(labArguments.train.safeParse([{ ...defaultRecipe, model: spec }]).success).toBe(true);
  });

  it('counts parameters as Keras does', async () => {
    const summary = await lab.summarize(recipe.model);
    expect(summary.layers.map(({ parameters }) => parameters)).toEqual([
      320, 0, 18_496, 0, 36_928, 0, 36_928, 650,
    ]);
  });

  it('trains a recipe to its end: phases in order, no batch missing, frames that fit the network', async () => {
    const short = {
      ...recipe,
      data: { ...recipe.data, limit: 1000 },
      training: { ...recipe.training, epochs: 2 },
    };
    const started = lab.train(short);
    await vi.advanceTimersByTimeAsync(5000);
    await started;
    expect(phases()).toEqual(['preparing', 'ready', 'training', 'finished']);
    let steps = 0;
    for (const update of metrics) {
      expect(update.firstStep).toBe(steps);
      steps += update.loss.length;
    }
    const perEpoch = Math.ceil(800 / 64);
    expect(steps).toBe(2 * perEpoch);
    expect(metrics.flatMap(({ epochs }) => epochs).map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const { layers, codes } of frames) {
      expect(codes).toHaveLength(layers.reduce((sum, layer) => sum + layerSize(layer), 0));
      expect(layers).toHaveLength(network.summary.layers.length + 1);
    }
    expect(frames.at(-1)?.step).toBe(steps);
  });

  it('gives a window that joins late everything so far', async () => {
    const started = lab.train(recipe);
    await vi.advanceTimersByTimeAsync(2000);
    await started;
    const { session, metrics: soFar, frame } = await lab.join();
    expect(session.phase).toBe('training');
    expect(soFar.firstStep).toBe(0);
    expect(soFar.loss.length).toBeGreaterThan(0);
    expect(frame?.step).toBe(soFar.loss.length);
  });

  it('stops a preparation before there is a network', async () => {
    void lab.prepare(recipe);
    await lab.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(phases()).toEqual(['preparing', 'empty']);
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricsUpdate, Session, SessionPhase } from '#shared/api';
import type { Problem } from '#shared/errors';
import type { Frame } from '#shared/frames';
import type { FollowingWindow } from '../../../../../electron/lab/session/window-feed';
import { recipe as recipeSchema, type Recipe } from '#shared/spec';
import { listCheckpoints } from '../../../../../electron/lab/runs/checkpoint';
import { LabSession } from '../../../../../electron/lab/session/session';
import { samplesOf } from '../../../../../electron/lab/session/test-images';

const recipe = (training: object = {}, limit = 96): Recipe =>
  recipeSchema.parse({
    model: {
      name: 'tiny',
      layers: [
        { kind: 'conv2d', filters: 2, kernelSize: 5, strides: 4, activation: 'relu' },
        { kind: 'flatten' },
        { kind: 'dense', units: 'classes', activation: 'softmax' },
      ],
    },
    data: { source: 'digits', limit },
    training: { epochs: 2, batchSize: 16, ...training },
  });

/** A window that remembers what it was told, and takes frames as fast as the test lets it. */
class TestWindow {
  readonly sessions: Session[] = [];
  readonly updates: MetricsUpdate[] = [];
  readonly frames: Frame[] = [];
  drawFrame: (frame: Frame) => Promise<void> = () => Promise.resolve();
  readonly remote: FollowingWindow = {
    sessionChanged: (session) => this.sessions.push(session),
    metricsArrived: (update) => this.updates.push(update),
    frameArrived: (frame) => {
      this.frames.push(frame);
      return this.drawFrame(frame);
    },
  };
  get phases(): SessionPhase[] {
    const phases = this.sessions.map(({ phase }) => phase);
    return phases.filter((phase, index) => phase !== phases[index - 1]);
  }
  async until(phase: SessionPhase): Promise<void> {
    while (this.sessions.at(-1)?.phase !== phase) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let runs: string;
let session: LabSession;
let problems: Problem[];
beforeEach(async () => {
  runs = await mkdtemp(path.join(os.tmpdir(), 'convscope-session-'));
  problems = [];
  session = new LabSession({ engine: 'wasm', runsFolder: runs, log: (problem) => problems.push(problem) });
});
afterEach(async () => {
  await session.quit();
  await rm(runs, { recursive: true, force: true });
});

function attach(): TestWindow {
  const window = new TestWindow();
  session.attach(window.remote);
  return window;
}

describe('a lab session', () => {
  it('trains a network while a window watches, and keeps the run as a folder', async () => {
    const window = attach();
    await session.train(recipe({ validationSplit: 0.25 }));
    await window.until('finished');
    expect(window.phases).toEqual(['preparing', 'ready', 'training', 'evaluating', 'finished']);

    const losses = window.updates.flatMap(({ loss }) => [...loss]);
    expect(losses).toHaveLength(2 * Math.ceil(72 / 16));
    expect(window.updates.flatMap(({ epochs }) => epochs).map(({ epoch }) => epoch)).toEqual([1, 2]);

    const frame = window.frames.at(-1);
    expect(frame?.layers.map(({ shape }) => shape.join('x'))).toEqual([
      '28x28x1',
      '6x6x2',
      '1x1x72',
      '1x1x10',
    ]);
    expect(frame?.step).toBe(losses.length);

    const [run] = await readdir(runs);
    const folder = path.join(runs, String(run));
    expect((await readdir(folder)).sort()).toEqual([
      'checkpoints',
      'metrics.jsonl',
      'result.json',
      'spec.json',
      'tensorboard',
    ]);
    expect(await listCheckpoints(folder)).toHaveLength(3);
    const lines = (await readFile(path.join(folder, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(losses.length + 2 + 1);
  });

  it('never drops a metric for a window that joins late, in order and without a gap', async () => {
    const early = attach();
    await session.train(recipe({ epochs: 6 }));
    while (early.updates.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    const late = new TestWindow();
    const { snapshot } = session.attach(late.remote);
    await late.until('finished');
    const seen = (updates: readonly MetricsUpdate[]) => updates.flatMap(({ loss }) => [...loss]);
    expect([...snapshot.metrics.loss, ...seen(late.updates)]).toEqual(seen(early.updates));
    let next = snapshot.metrics.loss.length;
    for (const update of late.updates) {
      expect(update.firstStep).toBe(next);
      next += update.loss.length;
    }
  });

  it('drops frames for a window that lags, and sends it the last one when it is ready', async () => {
    const window = attach();
    await session.prepare(recipe({ epochs: 20 }));
    let release = (): void => undefined;
    window.drawFrame = () => new Promise((resolve) => (release = resolve));
    await session.train(recipe({ epochs: 20 }));
    await window.until('finished');
    const stuck = window.frames.length;
    window.drawFrame = () => Promise.resolve();
    release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(window.frames).toHaveLength(stuck + 1);
    expect(window.frames.at(-1)?.step).toBe(120);
    expect(window.updates.flatMap(({ loss }) => [...loss])).toHaveLength(120);
  });

  it('pauses, resumes and stops, keeping the network as it is then', async () => {
    const window = attach();
    await session.train(recipe({ epochs: 1000 }));
    session.pause();
    await window.until('paused');
    await new Promise((resolve) => setTimeout(resolve, 30));
    session.resume();
    session.stop();
    await window.until('finished');
    const last = window.sessions.at(-1);
    expect(last).toMatchObject({ phase: 'finished', result: { ended: 'stopped' } });
    expect(last?.phase === 'finished' && (await listCheckpoints(last.run.folder)).length).toBeGreaterThan(0);
    expect(() => {
      session.pause();
    }).toThrow('There is no run to pause.');
  });

  it('refuses a second run in words and goes on with the first', async () => {
    const window = attach();
    await session.train(recipe());
    await expect(session.train(recipe())).rejects.toThrow(
      'A run is in progress; stop it before starting another.',
    );
    await expect(session.prepare(recipe())).rejects.toThrow('A run is in progress');
    await window.until('finished');
  });

  it('says why a recipe cannot be prepared, and is ready for the next', async () => {
    const window = attach();
    const broken = recipeSchema.parse({
      ...recipe(),
      model: { name: 'broken', layers: [{ kind: 'conv2d', filters: 1, kernelSize: 40 }] },
    });
    await expect(session.prepare(broken)).rejects.toThrow('a 40x40 window does not fit a 28x28 map');
    expect(window.sessions.at(-1)).toMatchObject({ phase: 'failed', problem: { kind: 'refusal' } });
    await session.prepare(recipe());
    expect(window.sessions.at(-1)?.phase).toBe('ready');
  });

  it('shows the network a drawing, centred as MNIST is', async () => {
    const window = attach();
    await session.prepare(recipe());
    const pixels = new Uint8Array(56 * 56);
    for (let y = 2; y < 12; y++) pixels.fill(255, y * 56 + 2, y * 56 + 12);
    await session.probe({ kind: 'drawing', side: 56, pixels });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const frame = window.frames.at(-1);
    expect(frame?.probe).toEqual({ kind: 'drawing' });
    // A square fills the box of 20 x 20 in the middle of 28 x 28.
    const input = frame?.codes.subarray(0, 784) ?? new Uint8Array();
    expect(input.filter((value) => value > 127)).toHaveLength(400);
    expect(input[4 * 28 + 4]).toBe(255);
    expect(input[3 * 28 + 3]).toBe(0);
    await expect(session.probe({ kind: 'sample', index: 96 })).rejects.toThrow(
      'There is no test image 96: the set has 96, counted from 0.',
    );
  });

  it('takes up a preparation of the same recipe instead of beginning it again', async () => {
    const window = attach();
    const prepared = session.prepare(recipe({}, 1500));
    const trained = session.train(recipe({}, 1500));
    const preparedAgain = session.prepare(recipe({}, 1500));
    await Promise.all([prepared, trained, preparedAgain.catch(() => null)]);
    await window.until('finished');
    expect(window.phases).toEqual(['preparing', 'ready', 'training', 'evaluating', 'finished']);
  });

  it('survives a preparation given up for another of the same data', async () => {
    const window = attach();
    const first = session.prepare(recipe({}, 1500));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = session.prepare(recipe({ seed: 2 }, 1500));
    await Promise.all([first, second]);
    expect(window.sessions.at(-1)).toMatchObject({ phase: 'ready', recipe: { training: { seed: 2 } } });
  });

  it('hands out test images', async () => {
    await session.prepare(recipe());
    const samples = samplesOf(session.bench, { from: 90, count: 50 });
    expect(samples).toMatchObject({ from: 90, total: 96, shape: [28, 28, 1] });
    expect(samples.labels).toHaveLength(6);
    expect(samples.pixels.buffer.byteLength).toBe(6 * 784);
  });

  it('gives up preparing when another recipe comes, or a stop', async () => {
    const window = attach();
    const first = session.prepare(recipe({}, 2000));
    await session.prepare(recipe());
    await first;
    expect(window.sessions.at(-1)).toMatchObject({ phase: 'ready', recipe: { data: { limit: 96 } } });
    const aborted = session.prepare(recipe({}, 3000));
    session.stop();
    await aborted;
    expect(window.sessions.at(-1)).toEqual({ phase: 'empty' });
  });

  it('holds no tensors beyond the network on the bench', async () => {
    await session.prepare(recipe());
    await session.quit();
    const before = tf.memory().numTensors;
    const window = attach();
    for (let round = 0; round < 3; round++) {
      await session.train(recipe());
      await window.until('finished');
      window.sessions.length = 0;
    }
    await session.quit();
    expect(tf.memory().numTensors).toBe(before);
  });
});

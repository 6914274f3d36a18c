import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MetricsUpdate, Session } from '#shared/api';
import type { Frame } from '#shared/frames';
import { recipe as recipeSchema } from '#shared/spec';
import { LabSession } from '../../../../../electron/lab/session/session';
import { RunDesk } from '../../../../../electron/lab/session/run-desk';
import { evaluateBench } from '../../../../../electron/lab/session/test-images';

const recipe = recipeSchema.parse({
  model: {
    name: 'tiny',
    layers: [
      { kind: 'conv2d', filters: 3, kernelSize: 5, strides: 4, activation: 'relu' },
      { kind: 'flatten' },
      { kind: 'dense', units: 'classes', activation: 'softmax' },
    ],
  },
  data: { source: 'digits', limit: 100 },
  training: { epochs: 3, batchSize: 8, optimizer: { kind: 'adam' } },
});
const other = recipeSchema.parse({ ...recipe, model: { ...recipe.model, name: 'other' } });

let folder: string;
let session: LabSession;
let latest: Session;
let frames: Frame[];
let updates: MetricsUpdate[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-reopen-'));
  session = new LabSession({ engine: 'wasm', runsFolder: folder, log: () => undefined });
  [frames, updates] = [[], []];
  session.attach({
    sessionChanged: (changed) => (latest = changed),
    metricsArrived: (update) => updates.push(update),
    frameArrived: (frame) => {
      frames.push(frame);
      return Promise.resolve();
    },
  });
});
afterEach(async () => {
  await session.quit();
  await rm(folder, { recursive: true, force: true });
});

async function until(phase: Session['phase']): Promise<Extract<Session, { readonly run: unknown }>> {
  while (latest.phase !== phase) await new Promise((resolve) => setTimeout(resolve, 2));
  if (!('run' in latest)) throw new Error(`There is no run while ${latest.phase}.`);
  return latest;
}

/** The names and the content of all files. */
async function fingerprint(run: string): Promise<readonly string[]> {
  const entries = await readdir(run, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => {
      const hash = createHash('sha256').update(await readFile(file));
      return `${path.relative(run, file)} ${hash.digest('hex')}`;
    }),
  );
}

describe('a run that is opened', () => {
  it('stands on the bench as it ended: the same scores, metrics and frame, and its folder untouched', async () => {
    await session.train(recipe);
    const { run, ...ended } = await until('finished');
    const score = await evaluateBench(session.bench);
    const last = frames.at(-1);
    const before = await fingerprint(run.folder);
    await session.prepare(other);
    updates.length = 0;
    await session.openRun(run.folder);
    expect(latest).toMatchObject({ ...ended, run, recipe });
    expect(await evaluateBench(session.bench)).toEqual(score);
    expect(frames.at(-1)).toEqual({ ...last, epoch: 3 });
    await expect.poll(() => updates.reduce((sum, { loss }) => sum + loss.length, 0)).toBe(39);
    expect(updates.at(-1)?.epochs).toHaveLength(3);
    expect(updates.at(-1)?.progress).toMatchObject({ epoch: 3, epochs: 3, step: 13, stepsPerEpoch: 13 });
    expect(await fingerprint(run.folder)).toEqual(before);
  });

  it('that was interrupted has no result, and its newest checkpoint is on the bench', async () => {
    await session.train(recipe);
    const { run } = await until('finished');
    await rm(path.join(run.folder, 'result.json'));
    await rm(path.join(run.folder, 'checkpoints', 'step-000000039'), { recursive: true });
    await session.openRun(run.folder);
    expect(latest).toMatchObject({ phase: 'finished', result: null });
    expect(session.now().step).toBe(26);
  });

  it('is gone back in, checkpoint by checkpoint, and left as it ended', async () => {
    await session.train(recipe);
    const { run } = await until('finished');
    await session.openRun(run.folder);
    const score = await evaluateBench(session.bench);
    const past = new RunDesk(() => session.now());
    expect(await past.keptSteps()).toEqual([0, 13, 26, 39]);
    const { numTensors } = tf.memory();
    const first = await past.frameAt(0);
    // What the untrained network of this seed makes of the same image.
    await session.prepare(recipe);
    expect(first.output).toEqual(frames.at(-1)?.output);
    await session.openRun(run.folder);
    expect((await past.frameAt(39)).codes).toEqual(frames.at(-1)?.codes);
    await past.frameAt(13);
    expect(await evaluateBench(session.bench)).toEqual(score);
    expect(tf.memory().numTensors).toBe(numTensors);
    await expect(past.frameAt(14)).rejects.toThrow('no checkpoint of step 14');
  });

  it('is not changed by several that go back in it at once, nor by what looks into it meanwhile', async () => {
    await session.train(recipe);
    await until('finished');
    const { step } = session.now().bench;
    const { pixels } = session.now().probe;
    const ended = { ...(await step.state()), output: step.activations(pixels).output };
    const past = new RunDesk(() => session.now());
    const alone = await past.frameAt(13);
    const seen: Float32Array[] = [];
    const restore = step.restore.bind(step);
    vi.spyOn(step, 'restore').mockImplementation((state) => {
      restore(state);
      // Whoever waited for a turn has it as soon as the lab waits.
      void Promise.resolve().then(() => seen.push(step.activations(pixels).output));
    });
    const [again] = await Promise.all([past.frameAt(13), past.frameAt(0), past.frameAt(26), past.frameAt(0)]);
    expect(again).toEqual(alone);
    expect((await step.state()).weights).toEqual(ended.weights);
    expect(seen.length).toBeGreaterThan(0);
    for (const output of seen) expect(output).toEqual(ended.output);
  });

  it('is refused where it is none, and while another is trained', async () => {
    await expect(session.openRun(path.join(folder, 'nothing'))).rejects.toThrow('is no run');
    await session.train(recipe);
    await expect(session.openRun(folder)).rejects.toThrow('A run is in progress');
    const past = new RunDesk(() => session.now());
    await expect(past.frameAt(0)).rejects.toThrow('still being trained');
    await until('finished');
  });
});

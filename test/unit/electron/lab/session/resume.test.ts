import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunInfo, Session } from '#shared/api';
import type { Problem } from '#shared/errors';
import { recipe as recipeSchema, type Recipe } from '#shared/spec';
import { listCheckpoints } from '../../../../../electron/lab/runs/checkpoint';
import { LabSession } from '../../../../../electron/lab/session/session';

const recipe = (training: object = {}): Recipe =>
  recipeSchema.parse({
    model: {
      name: 'tiny',
      layers: [
        { kind: 'conv2d', filters: 3, kernelSize: 5, strides: 4, activation: 'relu' },
        { kind: 'flatten' },
        { kind: 'dense', units: 'classes', activation: 'softmax' },
      ],
    },
    data: { source: 'digits', limit: 100 },
    training: {
      epochs: 3,
      batchSize: 8,
      optimizer: { kind: 'adam' },
      schedule: { kind: 'cosine' },
      ...training,
    },
  });

let folder: string;
let session: LabSession;
let latest: Session;
let steps: number;
let onStep: ((step: number) => void) | null;
const problems: Problem[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-resume-'));
  session = new LabSession({ engine: 'wasm', runsFolder: folder, log: (problem) => problems.push(problem) });
  steps = 0;
  onStep = null;
  session.attach({
    sessionChanged: (changed) => (latest = changed),
    metricsArrived: ({ firstStep, loss }) => {
      steps = firstStep + loss.length;
      onStep?.(steps);
    },
    frameArrived: () => Promise.resolve(),
  });
});
afterEach(async () => {
  await session.quit();
  await rm(folder, { recursive: true, force: true });
});

async function until(phase: Session['phase']): Promise<Session> {
  while (latest.phase !== phase) await new Promise((resolve) => setTimeout(resolve, 2));
  return latest;
}

function runOf(ended: Session): RunInfo {
  if (!('run' in ended)) throw new Error(`no run while ${ended.phase}`);
  return ended.run;
}

/**
 * Stops the run inside its first or second epoch, once: what is told later may be told while the test images are read,
 * when there is none to stop. A batch more may be trained before it ends.
 */
function stopInside(stepsPerEpoch: number): (step: number) => void {
  return (step) => {
    const batch = step % stepsPerEpoch;
    if (step < 10 || batch === 0 || batch === stepsPerEpoch - 1) return;
    onStep = null;
    session.stop();
  };
}

/** Weights and optimizer of the newest checkpoint, byte for byte. */
async function lastTensors(run: string): Promise<readonly string[]> {
  const newest = String((await listCheckpoints(run)).at(-1));
  return Promise.all(
    ['weights.bin', 'optimizer.bin'].map(async (file) =>
      (await readFile(path.join(newest, file))).toString('hex'),
    ),
  );
}

async function trainedWithoutBreak(training: object = {}): Promise<string> {
  await session.train(recipe(training));
  return runOf(await until('finished')).folder;
}

describe('a run that goes on', () => {
  it('after a stop inside an epoch ends with the same weights as one that was not stopped', async () => {
    // So many batches that the window is told of some while there are more to come.
    const [batchSize, perEpoch] = [2, 50];
    const whole = await lastTensors(await trainedWithoutBreak({ batchSize }));
    onStep = stopInside(perEpoch);
    await session.train(recipe({ batchSize }));
    const run = runOf(await until('finished'));
    expect(steps).toBeLessThan(3 * perEpoch);
    expect(path.basename(String((await listCheckpoints(run.folder)).at(-1)))).toMatch(/inside-epoch$/);
    await session.resumeRun({ folder: run.folder });
    await until('finished');
    expect(steps).toBe(3 * perEpoch);
    expect(await lastTensors(run.folder)).toEqual(whole);
    const metrics = (await readFile(path.join(run.folder, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(metrics).toHaveLength(3 * perEpoch + 3 + 1);
  });

  it('after a kill before its first checkpoint starts again from its seed', async () => {
    const run = await trainedWithoutBreak();
    const whole = await lastTensors(run);
    await rm(path.join(run, 'checkpoints'), { recursive: true });
    await mkdir(path.join(run, 'checkpoints'));
    await session.resumeRun({ folder: run });
    await until('finished');
    expect(await lastTensors(run)).toEqual(whole);
  });

  it('after a kill in its first epoch starts from its first checkpoint', async () => {
    const run = await trainedWithoutBreak();
    const whole = await lastTensors(run);
    for (const checkpoint of (await listCheckpoints(run)).slice(1)) await rm(checkpoint, { recursive: true });
    await session.resumeRun({ folder: run });
    expect(await until('finished')).toMatchObject({ result: { ended: 'completed' } });
    expect(await lastTensors(run)).toEqual(whole);
  });

  it('passes over a damaged checkpoint to the one before', async () => {
    const run = await trainedWithoutBreak();
    const whole = await lastTensors(run);
    await writeFile(path.join(String((await listCheckpoints(run)).at(-1)), 'weights.bin'), 'short');
    await session.resumeRun({ folder: run });
    await until('finished');
    expect(await lastTensors(run)).toEqual(whole);
  });

  it('after a kill between its last batch and its result reads the test images', async () => {
    const run = await trainedWithoutBreak();
    await rm(path.join(run, 'result.json'));
    await session.resumeRun({ folder: run });
    expect(await until('finished')).toMatchObject({ result: { ended: 'completed' } });
    expect(steps).toBe(39);
  });

  it('is refused when it is complete, and trained further when more epochs are asked for', async () => {
    const run = await trainedWithoutBreak();
    await expect(session.resumeRun({ folder: run })).rejects.toThrow(
      `The run ${path.basename(run)} is complete: its 3 epochs are trained. To train it further, give more epochs`,
    );
    await session.resumeRun({ folder: run, epochs: 4 });
    await until('finished');
    expect(steps).toBe(52);
  });

  it('after it diverged goes back to its last good checkpoint, with another rate', async () => {
    const [batchSize, perEpoch] = [2, 50];
    onStep = (step) => {
      if (step <= perEpoch) return;
      onStep = null;
      // A rate that no float survives.
      session.setLearningRate(1e38);
    };
    await session.train(recipe({ batchSize, schedule: { kind: 'constant' }, optimizer: { kind: 'sgd' } }));
    const diverged = await until('finished');
    expect(diverged).toMatchObject({ result: { ended: 'diverged' } });
    const { folder: run } = runOf(diverged);
    const [, afterFirstEpoch] = await listCheckpoints(run);
    expect(path.basename(String(afterFirstEpoch))).toBe('step-000000050');
    await session.resumeRun({ folder: run, learningRate: 0.01 });
    expect(await until('finished')).toMatchObject({ result: { ended: 'completed' } });
    expect(steps).toBe(3 * perEpoch);
  });

  it('by early stopping ends with its best weights', async () => {
    const training = {
      epochs: 30,
      optimizer: { kind: 'sgd', learningRate: 0.5, momentum: 0.9 },
      earlyStopping: { monitor: 'validationLoss', patience: 1 },
      validationSplit: 0.3,
      schedule: { kind: 'constant' },
    };
    await session.train(recipe(training));
    const ended = await until('finished');
    const run = runOf(ended);
    const metrics = (await readFile(path.join(run.folder, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    const epochs = metrics
      .map((line) => JSON.parse(line) as { type: string; step: number; validationLoss: number })
      .filter(({ type }) => type === 'epoch');
    const best = epochs.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
    expect(ended).toMatchObject({ result: { ended: 'early-stopped' } });
    const result = JSON.parse(await readFile(path.join(run.folder, 'result.json'), 'utf8')) as {
      checkpoint: string;
    };
    expect(result.checkpoint).toBe(`step-${String(best.step).padStart(9, '0')}`);
  });

  it('after it was stopped early has its whole patience again', async () => {
    const training = {
      epochs: 30,
      // Nothing is learned, so that only the first epoch is an improvement.
      optimizer: { kind: 'sgd', learningRate: 1e-30 },
      earlyStopping: { monitor: 'validationLoss', patience: 3, minimumDelta: 0.1, restoreBest: false },
      validationSplit: 0.3,
      schedule: { kind: 'constant' },
    };
    await session.train(recipe(training));
    const stopped = await until('finished');
    const epochs = steps;
    expect(stopped).toMatchObject({ result: { ended: 'early-stopped' } });
    await session.resumeRun({ folder: runOf(stopped).folder });
    expect(await until('finished')).toMatchObject({ result: { ended: 'early-stopped' } });
    // One to set the mark and three without improvement; then three more.
    expect(steps / epochs).toBeCloseTo(7 / 4);
  });
});

describe('a run that cannot be kept', () => {
  it('pauses, says why, and loses nothing once the disk is in order', async () => {
    const whole = await trainedWithoutBreak();
    await session.train(recipe());
    const { folder: run } = runOf(latest);
    await rename(path.join(run, 'checkpoints'), path.join(run, 'elsewhere'));
    await writeFile(path.join(run, 'checkpoints'), '');
    expect(await until('paused')).toMatchObject({
      problem: {
        kind: 'refusal',
        message: `The run cannot be kept in ${run}: a file is in its way; name another folder.`,
      },
    });
    await rm(path.join(run, 'checkpoints'));
    await cp(path.join(run, 'elsewhere'), path.join(run, 'checkpoints'), { recursive: true });
    session.resume();
    await until('finished');
    expect(await lastTensors(run)).toEqual(await lastTensors(whole));
  });
});

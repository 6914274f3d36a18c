import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkInfo, RunResult, Session, SessionPhase } from '#shared/api';
import type { Problem } from '#shared/errors';
import type { Frame } from '#shared/frames';
import type { RemoteWindow } from '#shared/rpc';
import { recipe as recipeSchema, type Recipe } from '#shared/spec';
import { startEngine } from '../../../../../electron/lab/engine/backend';
import { openDigits } from '../../../../../electron/lab/data/digits/open-digits';
import { listCheckpoints, readCheckpoint } from '../../../../../electron/lab/runs/checkpoint';
import { openRun } from '../../../../../electron/lab/session/open-run';
import { LabSession } from '../../../../../electron/lab/session/session';
import { evaluateBench } from '../../../../../electron/lab/session/test-images';
import { describeWithRealData } from '../../../../real-data';

const fixtures = 'test/fixtures/models';
/** Small convnets of the fixtures: of layers, and one whose operations no layer has. */
const layersFile = path.join(fixtures, 'keras/zoo3.keras');
const graphFile = path.join(fixtures, 'onnx/graph.onnx');

let runs: string;
let session: LabSession;
let sessions: Session[];
let frames: Frame[];
let problems: Problem[];

beforeEach(async () => {
  await startEngine('auto');
  runs = await mkdtemp(path.join(os.tmpdir(), 'convscope-opened-'));
  [sessions, frames, problems] = [[], [], []];
  session = new LabSession({ engine: 'wasm', runsFolder: runs, log: (problem) => problems.push(problem) });
  const window: RemoteWindow['window'] = {
    sessionChanged: (changed) => sessions.push(changed),
    metricsArrived: () => undefined,
    insightProgressed: () => undefined,
    frameArrived: (frame) => {
      frames.push(frame);
      return Promise.resolve();
    },
  };
  session.attach(window);
});
afterEach(async () => {
  await session.quit();
  await rm(runs, { recursive: true, force: true });
});

const none = { source: 'none' };

function recipe(file: string, data: object, model: object = {}, training: object = {}): Recipe {
  return recipeSchema.parse({
    model: { name: 'opened', file, ...model },
    data,
    training: { epochs: 1, batchSize: 16, ...training },
  });
}

async function until(phase: SessionPhase): Promise<Session> {
  for (;;) {
    const last = sessions.at(-1);
    if (last?.phase === phase) return last;
    if (last?.phase === 'failed') throw new Error(last.problem.message);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Graphs answer later. */
async function frameOf(kind: Frame['probe']['kind']): Promise<Frame> {
  for (;;) {
    const frame = frames.at(-1);
    if (frame?.probe.kind === kind) return frame;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function network(): NetworkInfo {
  const last = sessions.at(-1);
  if (last === undefined || !('network' in last)) throw new Error('There is no network.');
  return last.network;
}

async function finished(): Promise<RunResult> {
  const last = await until('finished');
  if (last.phase !== 'finished' || last.result === null) throw new Error('The run did not finish.');
  return last.result;
}

async function weightsOf(run: string, which: 'first' | 'last') {
  const checkpoints = await listCheckpoints(run);
  const { weights } = await readCheckpoint(checkpoints.at(which === 'first' ? 0 : -1) as string);
  return new Map(weights.map(({ name, values }) => [name, [...values]]));
}

const drawing = { kind: 'drawing', side: 8, pixels: new Uint8Array(64).fill(255) } as const;

describe('an opened model on the bench', () => {
  it('is looked into without any images, and not trained without', async () => {
    const looked = recipe(layersFile, none);
    await session.prepare(looked);
    expect(network()).toMatchObject({
      trainingImages: 0,
      testImages: 0,
      card: { format: expect.stringContaining('Keras') },
    });
    expect((await frameOf('blank')).output.every(Number.isFinite)).toBe(true);
    await session.probe(drawing);
    const { layers, output } = await frameOf('drawing');
    expect(layers).toHaveLength(network().summary.layers.length + 1);
    expect(output.every(Number.isFinite)).toBe(true);
    await expect(session.train(looked)).rejects.toThrow(/no images to train on.*choose the data/);
    expect(await readdir(runs)).toEqual([]);
  });

  it('that runs as a graph shows its tensors, and is not trained', async () => {
    const looked = recipe(graphFile, none);
    await session.prepare(looked);
    await session.probe(drawing);
    const { layers, output } = await frameOf('drawing');
    expect(network()).toMatchObject({ step: 'graph', card: { kind: 'graph' } });
    expect(layers.map(({ name }) => name)).toEqual([
      'input',
      ...network().summary.layers.map(({ name }) => name),
    ]);
    // A convolution's maps, 4 x 8 x 7 as ONNX Runtime has them (expected.json), their channels last.
    expect(layers.find(({ name }) => name === 'Conv_c1')?.shape).toEqual([8, 7, 4]);
    expect(output.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    await expect(session.train(looked)).rejects.toThrow('runs as a graph');
    expect(() => session.now().bench.step.network()).toThrow('runs as a graph');
  });

  it('with a new head is trained, resumed and evaluated, though its file is gone', async () => {
    const moved = path.join(runs, 'moved.keras');
    await cp(path.join(fixtures, 'keras/statistics3.keras'), moved);
    const data = { source: 'digits', limit: 64 };
    await session.train(recipe(moved, data, { head: 'new' }));
    await finished();
    await rm(moved);
    const [run] = (await readdir(runs)).map((name) => path.join(runs, name)) as [string];
    await session.resumeRun({ folder: run, epochs: 2 });
    const { testAccuracy } = await finished();
    const watch = { report: () => undefined, signal: new AbortController().signal };
    const test = await openDigits(1, 64).test(watch);
    const { step } = await openRun(run, test);
    expect(step.evaluate(test).correct / test.count).toBeCloseTo(testAccuracy, 6);
    step.dispose();
    expect(problems).toEqual([]);
  });

  it('leaves no tensor behind when another takes its place', async () => {
    const counts: number[] = [];
    for (const file of [layersFile, graphFile, layersFile, graphFile]) {
      await session.prepare(recipe(file, none));
      await frameOf('blank');
      counts.push(tf.memory().numTensors);
      frames.length = 0;
    }
    expect(counts.slice(2)).toEqual(counts.slice(0, 2));
  });

  it('is refused with the file, the place and the fault', async () => {
    await expect(session.prepare(recipe(path.join(fixtures, 'nothing.h5'), none))).rejects.toThrow(
      `There is no model ${path.join(fixtures, 'nothing.h5')}`,
    );
    expect(sessions.at(-1)?.phase).toBe('failed');
  });
});

describeWithRealData('models of others', 'models', (folder) => {
  const lenet = path.join(folder, 'tfjs/tensorspace_lenet_example');
  const mnist = { source: 'mnist', folder: path.join(folder, '..', 'mnist') };

  it.each([
    ['tfjs/tensorspace_lenet_example', 0.98],
    ['tfjs/tensorspace_mnist_graph', 0.98],
    ['keras/sierra_mnist_cnn.keras', 0.9925],
    ['savedmodel/tensorspace_mnist', 0.98],
    ['onnx/wonnx_opt-mnist.onnx', 0.98],
  ])('%s reads 300 digits of MNIST as is stated', async (file, lowest) => {
    await session.prepare(recipe(path.join(folder, file), { ...mnist, limit: 300 }));
    const { accuracy } = await evaluateBench(session.bench);
    expect(accuracy).toBeGreaterThanOrEqual(lowest);
  });

  it('LeNet, its last layer trained further, improves; what is frozen stays to the last bit', async () => {
    const data = { ...mnist, limit: 2000 };
    const trained = recipe(
      lenet,
      data,
      { trainableLayers: 1 },
      { optimizer: { kind: 'adam', learningRate: 0.0003 } },
    );
    await session.prepare(trained);
    expect(network().step).toBe('compiled');
    const before = await evaluateBench(session.bench);
    await session.train(trained);
    const { testLoss } = await finished();
    expect(testLoss).toBeLessThan(before.loss);
    const [run] = (await readdir(runs)).map((name) => path.join(runs, name)) as [string];
    const [first, last] = [await weightsOf(run, 'first'), await weightsOf(run, 'last')];
    const changed = [...first.keys()].filter((name) => first.get(name)?.join() !== last.get(name)?.join());
    expect(changed).toEqual(['dense_Dense3/kernel', 'dense_Dense3/bias']);
  });

  it('every one that reads images shows what is in it', async () => {
    const files = [
      'h5/dl4j_keras1.1.2_cnn_tf_model.h5',
      'h5/dl4j_keras2.1.3_cnn_batch_norm.h5',
      'h5/dl4j_keras2.3.1_simpleconv2d_model.hdf5',
      'h5/mlcommons_tiny_ad01.h5',
      'h5/mlcommons_tiny_vww_96.h5',
      'h5/oarriaga_fer2013_mini_XCEPTION.102-0.66.hdf5',
      'tfjs/cnn_explainer_tiny_vgg',
      'savedmodel/mlcommons_tiny_kws_ref_model',
      // Its second layer holds Python code; what comes before is shown.
      'h5/nnom_keras_mnist_model.h5',
    ];
    for (const file of files) {
      await session.prepare(recipe(path.join(folder, file), none));
      const { layers, output } = await frameOf('blank');
      expect(layers.length, file).toBeGreaterThan(file.includes('nnom') ? 1 : 3);
      expect(output.every(Number.isFinite), file).toBe(true);
      frames.length = 0;
    }
  }, 60_000);

  it('that tells other classes apart than the data has is given a new head, in words', async () => {
    const file = path.join(folder, 'tfjs/cnn_explainer_tiny_vgg');
    const cats = recipe(path.join(folder, 'h5/mlcommons_tiny_vww_96.h5'), { source: 'digits', limit: 32 });
    await expect(session.train(cats)).rejects.toThrow(
      'The network tells 2 classes apart, but the data has 10: give it a new head',
    );
    expect(() => evaluateBench(session.bench)).toThrow('give it a new head');
    // Ten classes, but grey digits for an eye that knows colour: they are repeated for each.
    await session.prepare(recipe(file, { source: 'digits', limit: 32 }));
    expect((await evaluateBench(session.bench)).images).toBe(32);
  });
});

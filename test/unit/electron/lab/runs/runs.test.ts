import { appendFile, mkdtemp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { recipe as recipeSchema } from '#shared/spec';
import { writeFolderWhole, writeWhole } from '../../../../../electron/lab/runs/atomic';
import {
  listCheckpoints,
  readCheckpoint,
  writeCheckpoint,
  type Checkpoint,
} from '../../../../../electron/lab/runs/checkpoint';
import { listRuns } from '../../../../../electron/lab/runs/list-runs';
import { MetricsFile, readMetrics, rewindMetrics } from '../../../../../electron/lab/runs/metrics-file';
import { startOfTraining } from '../../../../../electron/lab/runs/position';
import { createRun, readRunSpec } from '../../../../../electron/lab/runs/run-folder';
import { readRunMetrics } from '../../../../../electron/lab/runs/run-metrics';
import { defaultRunsFolder } from '../../../../../electron/lab/runs/runs-folder';
import { defaultRecipe } from '../../../../../electron/lab/model/default-recipe';

const origin = { recipe: defaultRecipe, engine: 'wasm', classes: ['a', 'b'], inputShape: [2, 2, 1] } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-runs-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a run folder', () => {
  it('is numbered after the last one and tells what was trained', async () => {
    const first = await createRun({ among: folder }, origin);
    const second = await createRun({ among: folder }, origin);
    expect([first.id, second.id]).toEqual(['0001-digits-seed', '0002-digits-seed']);
    expect((await readRunSpec(second.folder)).recipe).toEqual(defaultRecipe);
  });

  it('names its data, its model and its first weights from anywhere', async () => {
    const recipe = recipeSchema.parse({
      model: { name: 'lenet', file: 'models/lenet.h5' },
      data: { source: 'idx', folder: '../mnist' },
      initialWeights: { path: 'runs/0001-digits-seed' },
      training: {},
    });
    const run = await createRun({ among: folder }, { ...origin, recipe });
    expect((await readRunSpec(run.folder)).recipe).toMatchObject({
      model: { file: path.resolve('models/lenet.h5') },
      data: { folder: path.resolve('../mnist') },
      initialWeights: { path: path.resolve('runs/0001-digits-seed') },
    });
  });

  it('takes an empty folder that was named, and refuses one that holds anything', async () => {
    const named = path.join(folder, 'mine');
    const run = await createRun({ folder: named }, origin);
    expect(run.folder).toBe(named);
    await expect(createRun({ folder: named }, origin)).rejects.toThrow(
      `The folder ${named} is not empty; name a new one for the run.`,
    );
  });

  it('is refused in words where a file is in the way', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await expect(createRun({ among: file }, origin)).rejects.toThrow(
      `The run cannot be kept in ${file}: a file is in its way; name another folder.`,
    );
  });

  it('is recognised by its spec alone', async () => {
    await expect(readRunSpec(folder)).rejects.toThrow(`${folder} is no run: it has no readable spec.json.`);
    await writeFile(path.join(folder, 'spec.json'), '{');
    await expect(readRunSpec(folder)).rejects.toThrow(Refusal);
  });

  it('is listed with what is left of it where a part was lost, and does not hide the others', async () => {
    const whole = await createRun({ among: folder }, origin);
    const broken = await createRun({ among: folder }, origin);
    await mkdir(path.join(broken.folder, 'metrics.jsonl'));
    await writeFile(path.join(whole.folder, 'result.json'), '{');
    await mkdir(path.join(folder, 'no run'));
    const listed = await listRuns(folder);
    expect(listed.map(({ id, epochs, result }) => [id, epochs, result])).toEqual([
      [broken.id, 0, null],
      [whole.id, 0, null],
    ]);
    expect(listed[0]?.problem).toMatch(/epochs of .*0002-digits-seed cannot be read/);
    expect(listed[1]?.problem).toMatch(/result\.json is damaged: it is no JSON/);
  });

  it('collects metrics a line each, in their order', async () => {
    const run = await createRun({ among: folder }, origin);
    const metrics = new MetricsFile(run.folder);
    for (let step = 1; step <= 5; step++) metrics.gather({ type: 'batch', step, loss: 1, accuracy: 0 });
    await metrics.flush();
    const lines = (await readFile(path.join(run.folder, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { step: number }).step)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('metrics', () => {
  it('that were cut short by a kill are passed over, and rewound to where the run goes on', async () => {
    const { folder: run } = await createRun({ among: folder }, origin);
    const metrics = new MetricsFile(run);
    for (let step = 1; step <= 4; step++) metrics.gather({ type: 'batch', step, loss: step, accuracy: 0 });
    metrics.gather({ type: 'batch', step: 5, loss: NaN, accuracy: 0 });
    await metrics.flush();
    await appendFile(path.join(run, 'metrics.jsonl'), '{"type":"batch","step":6,"lo');
    expect((await readMetrics(run)).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    expect((await readMetrics(run)).at(-1)).toMatchObject({ loss: NaN });
    await rewindMetrics(run, { step: 3, epochs: 0 });
    expect((await readMetrics(run)).map(({ step }) => step)).toEqual([1, 2, 3]);
  });
});

describe('the epochs of a run', () => {
  const epoch = {
    type: 'epoch',
    step: 15,
    epoch: 1,
    loss: 0.5,
    accuracy: 0.8,
    validationLoss: null,
    validationAccuracy: null,
    learningRate: 0.001,
    imagesPerSecond: 900,
    seconds: 1.5,
    deadFilters: [],
  };

  it('are read without its batches, and are none before the first has ended', async () => {
    const run = await createRun({ among: folder }, origin);
    expect(await readRunMetrics(run.folder)).toEqual({ epochs: [] });
    const batch = { type: 'batch', step: 1, loss: 2.3, accuracy: 0.1 };
    const text = [batch, epoch, { ...epoch, step: 30, epoch: 2, loss: null }].map((line) =>
      JSON.stringify(line),
    );
    await writeFile(path.join(run.folder, 'metrics.jsonl'), text.join('\n'));
    const { epochs } = await readRunMetrics(run.folder);
    expect(epochs.map(({ epoch: number, loss }) => [number, loss])).toEqual([
      [1, 0.5],
      [2, NaN],
    ]);
  });

  it('are refused in words where the folder is no run, or its metrics are no file', async () => {
    await expect(readRunMetrics(folder)).rejects.toThrow(`${folder} is no run`);
    const run = await createRun({ among: folder }, origin);
    await mkdir(path.join(run.folder, 'metrics.jsonl'));
    const refused = readRunMetrics(run.folder);
    await expect(refused).rejects.toThrow(`The epochs of ${run.folder} cannot be read`);
    await expect(refused).rejects.toBeInstanceOf(Refusal);
  });
});

describe('metrics on a disk that refuses them for a while', () => {
  it('are written once, in order, when it takes them again', async () => {
    const { folder: run } = await createRun({ among: folder }, origin);
    const metrics = new MetricsFile(run);
    await mkdir(path.join(run, 'metrics.jsonl'));
    metrics.gather({ type: 'batch', step: 1, loss: 1, accuracy: 0 });
    await expect(metrics.flush()).rejects.toThrow('EISDIR');
    metrics.gather({ type: 'batch', step: 2, loss: 1, accuracy: 0 });
    await rm(path.join(run, 'metrics.jsonl'), { recursive: true });
    await metrics.flush();
    expect((await readMetrics(run)).map(({ step }) => step)).toEqual([1, 2]);
  });
});

describe('writing whole', () => {
  it('leaves the old file as it was when the new one cannot be written', async () => {
    const file = path.join(folder, 'kept');
    await writeWhole(file, 'old');
    await mkdir(path.join(folder, 'taken', 'inside'), { recursive: true });
    await expect(writeFolderWhole(path.join(folder, 'taken'), { file: 'new' })).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe('old');
    expect((await readdir(folder)).sort()).toEqual(['kept', 'taken']);
  });
});

describe('a checkpoint', () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [2], name: 'dense', activation: 'softmax' })],
  });
  const checkpoint: Checkpoint = {
    topology: model.toJSON(null, false),
    weights: [
      { name: 'dense/kernel', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6.5) },
      { name: 'dense/bias', shape: [3], values: Float32Array.of(-1, 0, 1) },
    ],
    optimizer: [{ name: 'dense/bias/velocity', shape: [3], values: Float32Array.of(0.5, 0.25, 0.125) }],
    position: { ...startOfTraining(0.001), epochs: 2, step: 17 },
  };

  it('is read as it was written', async () => {
    const run = await createRun({ among: folder }, origin);
    const written = await writeCheckpoint(run.folder, checkpoint);
    expect(await listCheckpoints(run.folder)).toEqual([written]);
    expect(await readCheckpoint(written)).toEqual({ ...checkpoint, topology: expect.anything() as unknown });
  });

  it('is a model that TensorFlow.js loads', async () => {
    const run = await createRun({ among: folder }, origin);
    const written = await writeCheckpoint(run.folder, checkpoint);
    const json = JSON.parse(await readFile(path.join(written, 'model.json'), 'utf8')) as {
      modelTopology: object;
      weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
    };
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0].weights,
        weightData: Uint8Array.from(await readFile(path.join(written, 'weights.bin'))).buffer,
      }),
    );
    expect([...(loaded.getWeights()[0]?.dataSync() ?? [])]).toEqual([1, 2, 3, 4, 5, 6.5]);
  });

  it('that lost bytes is refused with its name', async () => {
    const run = await createRun({ among: folder }, origin);
    const written = await writeCheckpoint(run.folder, checkpoint);
    const weights = path.join(written, 'weights.bin');
    await truncate(weights, 20);
    await expect(readCheckpoint(written)).rejects.toThrow(
      `${weights} is damaged: it holds 20 bytes where 36 are due.`,
    );
  });

  it('that was being written when its writer was killed is not listed', async () => {
    const run = await createRun({ among: folder }, origin);
    await mkdir(path.join(run.folder, 'checkpoints', '.writing-step-000000001-x'));
    expect(await listCheckpoints(run.folder)).toEqual([]);
  });
});

describe('the default folder', () => {
  it('is where the platform keeps data', () => {
    expect(defaultRunsFolder('linux', {}, '/home/ann')).toBe('/home/ann/.local/share/convscope/runs');
    expect(defaultRunsFolder('linux', { XDG_DATA_HOME: '/data' }, '/home/ann')).toBe('/data/convscope/runs');
    expect(defaultRunsFolder('darwin', {}, '/Users/ann')).toBe(
      '/Users/ann/Library/Application Support/convscope/runs',
    );
  });
});

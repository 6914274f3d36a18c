import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recipe as recipeSchema, type Recipe } from '#shared/spec';
import type { Session } from '#shared/api';
import { EventFile } from '../../../../../electron/lab/export/tensorboard/event-file';
import { histogram } from '../../../../../electron/lab/export/tensorboard/histogram';
import { scalar } from '../../../../../electron/lab/export/tensorboard/scalar';
import { checkpointStep, listCheckpoints, readCheckpoint } from '../../../../../electron/lab/runs/checkpoint';
import { readMetrics, type MetricsLine } from '../../../../../electron/lab/runs/metrics-file';
import { LabSession } from '../../../../../electron/lab/session/session';
import { describeWithTensorBoard, type ReadRun } from '../../../../fixtures/tensorboard/tensorboard';

const recipe: Recipe = recipeSchema.parse({
  model: {
    name: 'tiny',
    layers: [
      { kind: 'conv2d', filters: 3, kernelSize: 5, strides: 4, activation: 'relu' },
      { kind: 'flatten' },
      { kind: 'dense', units: 'classes', activation: 'softmax' },
    ],
  },
  data: { source: 'digits', limit: 96 },
  training: {
    epochs: 3,
    batchSize: 16,
    validationSplit: 0.25,
    optimizer: { kind: 'sgd', learningRate: 0.05 },
    schedule: { kind: 'step', factor: 0.5, everyEpochs: 1 },
  },
});
const stepsPerEpoch = Math.ceil(72 / 16);

let folder: string;
let session: LabSession;
let latest: Session;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-tensorboard-'));
  session = new LabSession({ engine: 'wasm', runsFolder: folder, log: () => undefined });
  session.attach({
    sessionChanged: (changed) => (latest = changed),
    metricsArrived: () => undefined,
    frameArrived: () => Promise.resolve(),
  });
});
afterEach(async () => {
  await session.quit();
  await rm(folder, { recursive: true, force: true });
});

/** @returns the folder of the run that ended */
async function ended(): Promise<string> {
  while (latest.phase !== 'finished') {
    if (latest.phase === 'failed') throw new Error(latest.problem.message);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return latest.run.folder;
}

const events = (run: string) => ['train', 'validation'].map((part) => path.join(run, 'tensorboard', part));

type Points = readonly (readonly [step: number, value: number])[];

/** What a run's metrics say under each tag, as TensorBoard keeps numbers. */
function expectedScalars(lines: readonly MetricsLine[]): readonly Record<string, Points>[] {
  const batches = lines.filter((line) => line.type === 'batch');
  const epochs = lines.filter((line) => line.type === 'epoch');
  const points = <T extends { step: number }>(of: readonly T[], value: (line: T) => number | null): Points =>
    of.map((line) => [line.step, Math.fround(Number(value(line)))]);
  return [
    {
      batch_loss: points(batches, ({ loss }) => loss),
      batch_accuracy: points(batches, ({ accuracy }) => accuracy),
      epoch_loss: points(epochs, ({ loss }) => loss),
      epoch_accuracy: points(epochs, ({ accuracy }) => accuracy),
      epoch_learning_rate: points(epochs, ({ learningRate }) => learningRate),
    },
    {
      epoch_loss: points(epochs, ({ validationLoss }) => validationLoss),
      epoch_accuracy: points(epochs, ({ validationAccuracy }) => validationAccuracy),
    },
  ];
}

/** The scalars among a run's series, as the TensorBoard server has them. */
function scalarsOf({ series }: ReadRun): Record<string, Points> {
  const scalars = Object.entries(series).filter(([, { plugin }]) => plugin === 'scalars');
  return Object.fromEntries(
    scalars.map(([tag, { points }]) => [tag, points.map(({ step, value }) => [step, Number(value)])]),
  );
}

await describeWithTensorBoard('event files as the real TensorBoard reads them', (tensorBoard) => {
  it("hold every number of metrics.jsonl under Keras's names", async () => {
    await session.train(recipe);
    const run = await ended();
    const read = await tensorBoard.readRuns(...events(run));
    const lines = await readMetrics(run);
    expect(lines.filter(({ type }) => type === 'batch')).toHaveLength(3 * stepsPerEpoch);
    expect(read.map(scalarsOf)).toEqual(expectedScalars(lines));
    expect(read.map(({ fileVersion }) => fileVersion)).toEqual([2, 2]);
    for (const { scalars, series } of read) {
      for (const [tag, points] of Object.entries(scalars)) expect(points).toEqual(series[tag]?.points);
      expect(Object.keys(scalars)).toContain('epoch_loss');
    }
  });

  it('hold a histogram of every weight at every checkpoint of an epoch', async () => {
    await session.train(recipe);
    const run = await ended();
    const [read] = await tensorBoard.readRuns(String(events(run)[0]));
    const checkpoints = await listCheckpoints(run);
    expect(checkpoints.map(checkpointStep)).toEqual([0, 1, 2, 3].map((epochs) => epochs * stepsPerEpoch));
    for (const checkpoint of checkpoints) {
      const { weights } = await readCheckpoint(checkpoint);
      expect(weights.map(({ name }) => name)).toContain('conv2d/kernel');
      for (const { name, values } of weights) {
        const series = read?.series[`${name}/histogram`];
        const point = series?.points.find(({ step }) => step === checkpointStep(checkpoint));
        const buckets = point?.buckets ?? [];
        expect(series?.plugin).toBe('histograms');
        expect(buckets).toHaveLength(30);
        expect(buckets.reduce((sum, [, , count]) => sum + count, 0)).toBe(values.length);
        expect(buckets[0]?.[0]).toBe(Math.min(...values));
        expect(buckets.at(-1)?.[1]).toBe(Math.max(...values));
        for (const [left, right, count] of buckets.slice(0, -1)) {
          expect(count).toBe(values.filter((value) => value >= left && value < right).length);
        }
      }
    }
  });

  it('hold the feature maps of four test images after every epoch', async () => {
    await session.train(recipe);
    const run = await ended();
    const [read] = await tensorBoard.readRuns(String(events(run)[0]));
    const tags = Object.entries(read?.series ?? {}).filter(([, { plugin }]) => plugin === 'images');
    expect(tags.map(([tag]) => tag)).toEqual(['conv2d/feature_maps']);
    const points = tags[0]?.[1].points ?? [];
    expect(points.map(({ step }) => step)).toEqual([0, 1, 2, 3].map((epochs) => epochs * stepsPerEpoch));
    // Three maps of 6 x 6, two in a row, with a pixel between and around.
    const side = 2 * (6 + 1) + 1;
    for (const { width, height, pictures } of points) {
      expect([width, height]).toEqual([side, side]);
      expect(pictures?.map(({ size, mode }) => [...size, mode])).toEqual(
        new Array(4).fill([side, side, 'L']),
      );
      expect(new Set(pictures?.map(({ pixels }) => pixels)).size).toBe(4);
    }
  });

  it.each([
    ['before its first batch', 1],
    ['after an epoch', 2],
  ])('show a run that went on from a checkpoint %s as it went on', async (_, kept) => {
    await session.train(recipe);
    const run = await ended();
    const before = await readMetrics(run);
    for (const checkpoint of (await listCheckpoints(run)).slice(kept)) {
      await rm(checkpoint, { recursive: true });
    }
    await session.resumeRun({ folder: run, learningRate: 0.01 });
    await ended();
    expect(await readdir(String(events(run)[0]))).toHaveLength(2);
    const read = await tensorBoard.readRuns(...events(run));
    const lines = await readMetrics(run);
    expect(lines).not.toEqual(before);
    expect(read.map(scalarsOf)).toEqual(expectedScalars(lines));
    expect(read[0]?.series['conv2d/kernel/histogram']?.points.map(({ step }) => step)).toEqual(
      [0, 1, 2, 3].map((epochs) => epochs * stepsPerEpoch),
    );
    for (const { series } of read) {
      for (const { points } of Object.values(series)) {
        const steps = points.map(({ step }) => step);
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
        expect(steps.at(-1)).toBe(3 * stepsPerEpoch);
      }
    }
  });

  it('drop what came after the checkpoint before it is trained again', async () => {
    const part = path.join(folder, 'train');
    const first = new EventFile(part, 0);
    for (let step = 1; step <= 10; step++) first.add(step, [scalar('batch_loss', step)]);
    first.add(10, [histogram('kernel/histogram', Float32Array.of(1, 2))]);
    await first.flush();
    const second = new EventFile(part, 8);
    second.add(20, [scalar('other', 1)]);
    await second.flush();
    const [read] = await tensorBoard.readRuns(part);
    expect(read?.scalars['batch_loss']?.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(read?.series['batch_loss']?.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(read?.series['kernel/histogram']?.points).toEqual([]);
  });

  it('cut at any byte are read up to the cut', async () => {
    const writer = new EventFile(path.join(folder, 'train'), 0);
    for (let step = 1; step <= 3; step++) writer.add(step, [scalar('batch_loss', NaN)]);
    writer.add(4, [histogram('kernel/histogram', Float32Array.of(3, 3))]);
    await writer.flush();
    const [name] = await readdir(path.join(folder, 'train'));
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\..+\.\d+\.v2$/);
    const file = path.join(folder, 'train', String(name));
    const ends = recordEnds(await readFile(file));
    expect(ends).toHaveLength(2 + 4);
    const wholeBefore = (size: number) => ends.filter((end) => end <= size).length;
    const counts = await tensorBoard.readCuts(file);
    expect(counts).toEqual(counts.map((_, size) => wholeBefore(size)));
    expect(counts.at(-1)).toBe(6);
  });

  it('go on after a write that failed without a gap or a double', async () => {
    const part = path.join(folder, 'train');
    const writer = new EventFile(part, 0);
    await writeFile(part, '');
    writer.add(1, [scalar('batch_loss', 1)]);
    await expect(writer.flush()).rejects.toThrow();
    await rm(part);
    writer.add(2, [scalar('batch_loss', 2)]);
    await writer.flush();
    const file = path.join(part, String((await readdir(part))[0]));
    // Half a record, as a full disk leaves it.
    await writeFile(file, Buffer.alloc(7, 1), { flag: 'a' });
    writer.add(3, [scalar('batch_loss', 3)]);
    await writer.flush();
    const [read] = await tensorBoard.readRuns(part);
    expect(read?.scalars['batch_loss']?.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect((await stat(file)).size).toBe(recordEnds(await readFile(file)).at(-1));
  });

  it('do not bring back the folder of a run that is gone', async () => {
    const writer = new EventFile(path.join(folder, 'gone', 'train'), 0);
    writer.add(1, [scalar('batch_loss', 1)]);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** Where each record of a TFRecord file ends. */
function recordEnds(content: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let at = 0; at < content.length; ends.push(at)) at += 12 + Number(content.readBigUInt64LE(at)) + 4;
  return ends;
}

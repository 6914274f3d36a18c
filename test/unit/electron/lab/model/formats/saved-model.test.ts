import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { loadTensorFlow } from '../../../../../../electron/lab/engine/tensorflow/load';
import { patternInput } from '../../../../../../electron/lab/insight/pattern';
import { openModel } from '../../../../../../electron/lab/model/open';
import type {
  GraphNetwork,
  LayersNetwork,
  OpenedModel,
} from '../../../../../../electron/lab/model/opened-model';
import { describeWithRealData } from '../../../../../real-data';
import { realDataFolder } from '../../../../../real-data-folder';

const engine = await loadTensorFlow();
const withTensorFlow = engine.kind === 'loaded' ? describe : describe.skip;
const skipped = engine.kind === 'loaded' ? '' : ' [skipped: TensorFlow is not installed]';

const fixtures = path.join(import.meta.dirname, '../../../../../fixtures/models/saved-models');

interface Expected {
  readonly input: readonly number[];
  readonly parameters: number;
  readonly outputs: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
  >;
}
const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Readonly<
  Record<string, Expected>
>;

const opened: OpenedModel[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const model of opened.splice(0)) model.dispose();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function open(folder: string): Promise<OpenedModel> {
  const model = await openModel(folder);
  expect(model.format).toBe('TensorFlow SavedModel');
  opened.push(model);
  return model;
}

function pattern(shape: readonly number[]): tf.Tensor {
  return tf.tensor(patternInput(shape), [...shape]);
}

async function outputsOf({ network }: OpenedModel, shape: readonly number[]): Promise<readonly number[][]> {
  const input = pattern(shape);
  const outputs =
    network.kind === 'graph'
      ? await network.run([input], network.outputs)
      : ([network.model.predict(input)].flat() as tf.Tensor[]);
  const values = outputs.map((output) => [...output.dataSync()]);
  tf.dispose([input, ...outputs]);
  return values;
}

function expectNear(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((value, index) =>
    expect(Math.abs((found?.[index] ?? NaN) - value)).toBeLessThanOrEqual(1e-4),
  );
}

function copyOf(fixture: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'convscope-test-'));
  folders.push(folder);
  cpSync(path.join(fixtures, fixture), folder, { recursive: true });
  return folder;
}

withTensorFlow(`SavedModels of every kind${skipped}`, () => {
  it.each(Object.entries(expected))('%s computes what TensorFlow does', async (name, wanted) => {
    const model = await open(path.join(fixtures, name));
    expect(model.parameters).toBe(wanted.parameters);
    const outputs = Object.values(wanted.outputs);
    const found = await outputsOf(model, wanted.input);
    outputs.forEach(({ values }, index) => expectNear(found[index], values));
  });

  it.each(['keras2-sequential', 'keras2-nested', 'sharded'])('rebuilds %s as layers', async (name) => {
    const { network } = await open(path.join(fixtures, name));
    expect(network.kind).toBe('layers');
    expect((network as LayersNetwork).complete).toBe(true);
  });

  it('runs a model with a layer that only Python knows as a graph, and says so', async () => {
    const { network, notes } = await open(path.join(fixtures, 'keras2-custom'));
    expect(network.kind).toBe('graph');
    expect(notes.join(' ')).toContain('doubled');
  });

  it('shows what lies inside of functions, each call apart', async () => {
    const { network } = await open(path.join(fixtures, 'module'));
    const graph = network as GraphNetwork;
    const convolutions = graph.layers.filter(({ type }) => type === 'Conv2D').map(({ name }) => name);
    expect(convolutions).toHaveLength(2);
    const input = pattern([1, 8, 9, 2]);
    const results = await graph.run([input], convolutions);
    expect(results.map(({ shape }) => shape)).toEqual([
      [1, 8, 9, 4],
      [1, 8, 9, 4],
    ]);
    expect([...(results[0] as tf.Tensor).dataSync()]).not.toEqual([...(results[1] as tf.Tensor).dataSync()]);
    tf.dispose([input, ...results]);
  });

  it('says what a graph was given that does not fit', async () => {
    const { network } = await open(path.join(fixtures, 'module'));
    const graph = network as GraphNetwork;
    const input = pattern([1, 8, 9, 5]);
    await expect(graph.run([input], graph.outputs)).rejects.toThrow(Refusal);
    await expect(graph.run([], graph.outputs)).rejects.toThrow(/takes 1 input/);
    await expect(graph.run([input], ['nothing'])).rejects.toThrow(/no layer or output nothing/);
    input.dispose();
  });

  it('holds no tensors after it is disposed of', async () => {
    const before = tf.memory().numTensors;
    for (const name of ['keras2-sequential', 'module', 'keras2-custom']) {
      const model = await openModel(path.join(fixtures, name));
      await outputsOf(model, expected[name]?.input ?? []);
      model.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

withTensorFlow(`damaged SavedModels${skipped}`, () => {
  it('names the shard that is missing', async () => {
    const folder = copyOf('sharded');
    rmSync(path.join(folder, 'variables/variables.data-00001-of-00002'));
    await expect(open(folder)).rejects.toThrow(/variables\.data-00001-of-00002.* missing/);
  });

  it('finds a weight of which a bit has changed', async () => {
    const folder = copyOf('module');
    const shard = path.join(folder, 'variables/variables.data-00000-of-00001');
    const bytes = readFileSync(shard);
    bytes[10] = (bytes[10] as number) ^ 4;
    writeFileSync(shard, bytes);
    await expect(open(folder)).rejects.toThrow(/tensor first.*checksum/);
  });

  it('refuses a graph that would write files', async () => {
    const folder = copyOf('module');
    const file = path.join(folder, 'saved_model.pb');
    // Names of the same length, so that the message stays whole.
    const bytes = Buffer.from(readFileSync(file).toString('latin1').replaceAll('TopKV2', 'Dump_2'), 'latin1');
    writeFileSync(file, bytes);
    await expect(open(folder)).rejects.toThrow(/operation Dump_2, which is not run/);
  });

  it('says what a folder without variables lacks', async () => {
    const folder = copyOf('keras3-export');
    rmSync(path.join(folder, 'variables'), { recursive: true });
    await expect(open(folder)).rejects.toThrow(/no checkpoint/);
  });
});

describeWithRealData(`SavedModels made by others${skipped}`, 'models/savedmodel', (folder) => {
  const all = (): Readonly<
    Record<string, { input: number[]; outputs: Record<string, { first: number[] }> }>
  > => JSON.parse(readFileSync(path.join(realDataFolder, 'models/expected.json'), 'utf8')) as never;

  it.runIf(engine.kind === 'loaded').each([
    { name: 'mlcommons_tiny_kws_ref_model', kind: 'layers', parameters: 24_908 },
    { name: 'tensorspace_mnist', kind: 'graph', parameters: 61_706 },
  ])('$name computes what TensorFlow does, as $kind', async ({ name, kind, parameters }) => {
    const wanted = all()[`savedmodel/${name}`];
    const model = await open(path.join(folder, name));
    expect(model.network.kind).toBe(kind);
    expect(model.parameters).toBe(parameters);
    const [found] = await outputsOf(model, wanted?.input ?? []);
    const [output] = Object.values(wanted?.outputs ?? {});
    expectNear(found, output?.first ?? []);
  });
});

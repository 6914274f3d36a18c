import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { readIdx } from '../../../../../../electron/lab/data/idx';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { inputShapeOf, inspect } from '../../../../../../electron/lab/insight/inspect';
import { patternInput, shapeForOne } from '../../../../../../electron/lab/insight/pattern';
import { openModel } from '../../../../../../electron/lab/model/open';
import type { LayersNetwork, OpenedModel } from '../../../../../../electron/lab/model/opened-model';
import { describeWithRealData } from '../../../../../real-data';

await startEngine('auto');

const fixtures = path.join(import.meta.dirname, '../../../../../fixtures/models/onnx');

interface Expected {
  readonly input: readonly number[];
  readonly kind: 'layers' | 'graph';
  readonly parameters: number;
  readonly layers: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly mean: number; readonly std: number }>
  >;
  readonly output: readonly number[];
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

async function open(file: string): Promise<OpenedModel> {
  const model = await openModel(file);
  opened.push(model);
  return model;
}

async function outputOf({ network }: OpenedModel, shape: readonly number[]): Promise<tf.Tensor> {
  const input = tf.tensor(patternInput(shape), [...shape]);
  const [output] =
    network.kind === 'graph'
      ? await network.run([input], network.outputs)
      : ([network.model.predict(input)].flat() as tf.Tensor[]);
  input.dispose();
  return output as tf.Tensor;
}

function expectNear(found: readonly number[], wanted: readonly number[], what: string): void {
  expect(found, what).toHaveLength(wanted.length);
  wanted.forEach((value, index) => {
    expect(Math.abs((found[index] as number) - value), `${what}, value ${index}`).toBeLessThanOrEqual(1e-4);
  });
}

/** Sizes in any order, because maps are shown channels last; axes of a single value may be gone. */
function sizes(shape: readonly number[]): readonly number[] {
  return shape.filter((size) => size !== 1).sort((a, b) => a - b);
}

describe.each(Object.entries(expected))('the ONNX model %s', (name, wanted) => {
  it(`becomes ${wanted.kind} and computes what ONNX Runtime does, node by node`, async () => {
    const model = await open(path.join(fixtures, `${name}.onnx`));
    expect(`${model.network.kind} ${model.notes.join()}`.trim()).toMatch(new RegExp(`^${wanted.kind}`));
    expect(model.parameters).toBe(wanted.parameters);
    const input = shapeForOne(inputShapeOf(model));
    expect(input).toEqual(wanted.input);
    const found = await inspect(model, patternInput(input));
    expectNear(found.output ?? [], wanted.output, 'output');
    const shared = found.layers.filter((layer) => wanted.layers[layer.name] !== undefined);
    expect(shared.length).toBeGreaterThan(2);
    for (const layer of shared) {
      const other = wanted.layers[layer.name] as Expected['layers'][string];
      expect(sizes(layer.shape), layer.name).toEqual(sizes(other.shape));
      // A bias that a following node adds is part of the layer before it.
      if (name === 'convnet' && layer.name === 'Conv_c2') continue;
      if (name === 'branches' && layer.name === 'MatMul_product') continue;
      expectNear([layer.mean, layer.std], [other.mean, other.std], layer.name);
    }
  });

  it('reads a batch of images as it reads each of them', async () => {
    const model = await open(path.join(fixtures, `${name}.onnx`));
    const result = await outputOf(model, [2, ...wanted.input.slice(1)]);
    expect(result.shape).toEqual([2, wanted.output.length]);
    expectNear([...result.dataSync()].slice(0, wanted.output.length), wanted.output, 'first');
    result.dispose();
  });
});

describe('ONNX models of other kinds', () => {
  it('reads weights from the file that the model names', async () => {
    const model = await open(path.join(fixtures, 'external.onnx'));
    expect(model.parameters).toBe(6 * 2 * 9);
  });

  it('can go on training what became layers', async () => {
    const { network } = await open(path.join(fixtures, 'convnet.onnx'));
    const { model } = network as LayersNetwork;
    expect(model.trainableWeights.length).toBeGreaterThan(6);
  });

  it('holds no tensors after it is disposed of', async () => {
    const before = tf.memory().numTensors;
    for (const [name, { input }] of Object.entries(expected)) {
      const model = await openModel(path.join(fixtures, `${name}.onnx`));
      tf.dispose(await outputOf(model, input));
      model.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('faults of ONNX models', () => {
  function changed(name: string, change: (bytes: Buffer) => Buffer): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'convscope-test-'));
    folders.push(folder);
    cpSync(fixtures, folder, { recursive: true });
    const file = path.join(folder, `${name}.onnx`);
    writeFileSync(file, change(readFileSync(file)));
    return file;
  }

  it('does not follow the name of a weight file out of the folder', async () => {
    const file = changed('external', (bytes) =>
      Buffer.from(bytes.toString('latin1').replace('external.weights', '../../../etc/pwd'), 'latin1'),
    );
    await expect(open(file)).rejects.toThrow(/only files in its own folder are read/);
  });

  it('says where a file is cut short', async () => {
    const file = changed('convnet', (bytes) => bytes.subarray(0, 1500));
    await expect(open(file)).rejects.toThrow(/convnet\.onnx is damaged: near byte \d+/);
  });

  it('refuses an operation that is none of ONNX', async () => {
    const file = changed('graph', (bytes) =>
      Buffer.from(bytes.toString('latin1').replaceAll('LogSoftmax', 'OddSoftmax'), 'latin1'),
    );
    await expect(open(file)).rejects.toThrow(Refusal);
  });

  it('names a value that nothing makes', async () => {
    const file = changed('convnet', (bytes) =>
      Buffer.from(bytes.toString('latin1').replace('\n\x02c1\n\x01g', '\n\x02cX\n\x01g'), 'latin1'),
    );
    await expect(open(file)).rejects.toThrow(/BatchNormalization.* uses cX, which nothing before it makes/);
  });
});

describeWithRealData('ONNX models made by others', 'models/onnx', (folder) => {
  it('rebuilds a model of CNTK as layers', async () => {
    const model = await open(path.join(folder, 'wonnx_opt-mnist.onnx'));
    expect([model.network.kind, model.producer, model.version]).toEqual(['layers', 'CNTK', '2.5.1']);
    expect(model.parameters).toBe(5994);
    expect(inputShapeOf(model)).toEqual([null, 28, 28, 1]);
  });

  it('says why a model without a version of operations is none', async () => {
    await expect(open(path.join(folder, 'dl4j_sm_cnn.onnx'))).rejects.toThrow(/no valid ONNX model.*opset/);
  });
});

describeWithRealData('an ONNX model on real digits', 'mnist', (folder) => {
  it('reads the first 300 test images of MNIST as often as it should', async () => {
    const { network } = await open(path.join(folder, '../models/onnx/wonnx_opt-mnist.onnx'));
    const images = readIdx(readFileSync(path.join(folder, 't10k-images-idx3-ubyte.gz')), 'images', [3]);
    const labels = readIdx(readFileSync(path.join(folder, 't10k-labels-idx1-ubyte.gz')), 'labels', [1]);
    const correct = tf.tidy(() => {
      const pixels = Float32Array.from(images.values.subarray(0, 300 * 784), (value) => value / 255);
      const scores = (network as LayersNetwork).model.predict(tf.tensor4d(pixels, [300, 28, 28, 1]));
      const read = (scores as tf.Tensor).argMax(-1).dataSync();
      return read.filter((digit, index) => digit === labels.values[index]).length;
    });
    expect(correct / 300).toBeCloseTo(0.987, 3);
  });
});

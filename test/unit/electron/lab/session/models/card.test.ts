import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import type { CardLayer, LayerAttribute, LayerWeight, ModelCard } from '#shared/models';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { openModel } from '../../../../../../electron/lab/model/open';
import { cardOf } from '../../../../../../electron/lab/session/models/card';
import told from '../../../../../fixtures/models/keras/layers.json';
import onnxTold from '../../../../../fixtures/models/onnx/expected.json';

await startEngine('auto');

const fixtures = path.join(import.meta.dirname, '../../../../../fixtures/models');

async function card(file: string): Promise<ModelCard> {
  const model = await openModel(path.resolve(fixtures, file));
  try {
    return cardOf(file, model, { preprocessing: null, classes: null });
  } finally {
    model.dispose();
  }
}

function layer({ layers }: ModelCard, name: string): CardLayer {
  const found = layers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no layer ${name}.`);
  return found;
}

const settings = (attributes: readonly LayerAttribute[]) =>
  Object.fromEntries(attributes.map(({ name, value }) => [name, value]));

interface Told {
  readonly name: string;
  readonly reads: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly least: number;
    readonly mean: number;
    readonly largest: number;
    readonly deviation: number;
  }[];
}

/** What test/fixtures/models/keras/describe_layers.py had Keras write. */
describe.each(Object.entries(told as unknown as Readonly<Record<string, readonly Told[]>>))(
  'the layers of %s',
  (file, expected) => {
    it('are set to what Keras has set them to', async () => {
      const found = await card(`keras/${file}`);
      expect(found.layers.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
      for (const { name, settings: set } of expected) {
        const shown = settings(layer(found, name).attributes);
        for (const [field, value] of Object.entries(set)) {
          const text = shown[field.replaceAll('_', ' ')];
          if (isUsual(field, value)) expect(text, `${name}: ${field}`).toBeUndefined();
          else expect(numbersIn(text), `${name}: ${field}`).toEqual(numbersIn(JSON.stringify(value)));
        }
      }
    });

    it('hold the weights that Keras reads, with their statistics', async () => {
      const found = await card(`keras/${file}`);
      for (const { name, weights } of expected) {
        const held = layer(found, name).weights;
        expect(held.map(({ shape }) => shape)).toEqual(weights.map(({ shape }) => shape));
        weights.forEach((wanted, index) => expectWeight(held[index] as LayerWeight, wanted));
      }
    });
  },
);

/** What a layer has where nothing is said. */
function isUsual(field: string, value: unknown): boolean {
  return value === 'linear' || (field === 'groups' && value === 1) || (field === 'scale' && value === true);
}

/** Numbers and words, however they are put together. */
function numbersIn(text: unknown): readonly string[] {
  return String(text).match(/-?\d+(\.\d+)?|[a-z_]+/g) ?? [];
}

function expectWeight(held: LayerWeight, wanted: Told['weights'][number]): void {
  // Keras 3 calls a depthwise kernel a kernel.
  expect(held.name.endsWith(wanted.name), `${held.name} for ${wanted.name}`).toBe(true);
  for (const statistic of ['least', 'mean', 'largest', 'deviation'] as const) {
    expect(held.statistics?.[statistic]).toBeCloseTo(wanted[statistic], 6);
  }
}

describe('what layers read', () => {
  it('is what Keras connected', async () => {
    const found = await card('keras/zoo3.keras');
    for (const { name, reads } of told['zoo3.keras']) expect(layer(found, name).inputs, name).toEqual(reads);
  });

  it('goes through nested models to the layers within, as make_models.py connects them', async () => {
    const found = await card('keras/nested3.keras');
    const reads = Object.fromEntries(found.layers.map(({ name, inputs }) => [name, inputs]));
    expect(reads).toEqual({
      picture: [],
      shared: ['picture', 'shared'],
      stack: ['shared'],
      'stack/widen': ['shared'],
      'stack/residual': ['stack/widen'],
      'stack/residual/inner_input': ['stack/widen'],
      'stack/residual/inner_conv': ['stack/residual/inner_input'],
      'stack/residual/inner_norm': ['stack/residual/inner_conv'],
      'stack/residual/inner_add': ['stack/residual/inner_norm', 'stack/residual/inner_input'],
      'stack/stack_norm': ['stack/residual/inner_add'],
      highest: ['stack/stack_norm'],
      coarse: ['highest'],
      fine: ['highest'],
    });
    expect(layer(found, 'stack').within).toBe(7);
    expect(layer(found, 'stack/residual').within).toBe(4);
    expect(layer(found, 'shared').within).toBe(0);
  });

  it('is the network’s input where a sequence keeps its input layer to itself', async () => {
    const found = await card('keras/lambda.h5');
    const [first, code, after] = found.layers;
    expect(first?.inputs).toHaveLength(1);
    expect(found.layers.map(({ name }) => name)).not.toContain(first?.inputs?.[0]);
    expect([code?.inputs, after?.inputs]).toEqual([['before'], ['code']]);
    // Code says nothing that could be read.
    expect(code?.problem).not.toBeNull();
    expect(JSON.stringify(code?.attributes)).not.toMatch(/function/);
  });
});

describe('the nodes of an ONNX model that becomes layers', () => {
  it('are set to what make_onnx.py writes', async () => {
    const found = await card('onnx/convnet.onnx');
    expect(settings(layer(found, 'Conv_c1').attributes)).toEqual({
      kernel_shape: '3 × 3',
      pads: '1, 1, 1, 1',
    });
    expect(settings(layer(found, 'BatchNormalization_n1').attributes)).toEqual({ epsilon: 1e-5 });
    expect(settings(layer(found, 'LeakyRelu_r2').attributes)).toEqual({ alpha: 0.1 });
    expect(settings(layer(found, 'Gemm_d').attributes)).toEqual({ alpha: 0.5, beta: 2, transB: 1 });
    const branches = await card('onnx/branches.onnx');
    expect(settings(layer(branches, 'Clip_relu6').attributes)).toEqual({ zero: 0, six: 6 });
    expect(settings(layer(branches, 'Conv_depthwise').attributes)).toEqual({
      auto_pad: 'SAME_UPPER',
      group: 4,
      kernel_shape: '3 × 3',
      strides: '2 × 2',
    });
    expect(layer(branches, 'Concat_joined').inputs).toEqual(['Add_sum', 'Clip_relu6', 'Mul_swish']);
  });
});

describe('the nodes of an ONNX model that runs as a graph', () => {
  it('read, hold and are set to what make_onnx.py writes', async () => {
    const found = await card('onnx/graph.onnx');
    const [conv, lrn, norm, relu, highest, dense] = found.layers;
    expect(found.layers.map(({ inputs }) => inputs)).toEqual([
      ['image'],
      ['Conv_c1'],
      ['LRN_l'],
      ['InstanceNormalization_i'],
      ['Relu_r'],
      ['ReduceMax_m'],
      ['Gemm_d'],
    ]);
    expect(settings(conv?.attributes ?? [])).toEqual({ kernel_shape: '3 × 3' });
    expect(settings(lrn?.attributes ?? [])).toEqual({ size: 3 });
    expect(settings(highest?.attributes ?? [])).toEqual({ keepdims: 0, axes: '2, 3' });
    expect(conv?.weights).toMatchObject([{ name: 'w1', shape: [4, 2, 3, 3] }]);
    // make_onnx.py draws them from -0.5 to 0.5.
    expect(conv?.weights[0]?.statistics?.least).toBeGreaterThan(-0.5);
    expect(conv?.weights[0]?.statistics?.largest).toBeLessThan(0.5);
    expect(norm?.weights.map(({ name }) => name)).toEqual(['scale', 'bias']);
    expect(relu?.weights).toEqual([]);
    expect(dense?.parameters).toBe(12);
    expect(found.layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(found.parameters);
  });

  it('give the shapes that the file states, channels last', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'convscope-card-'));
    const file = path.join(folder, 'stated.onnx');
    const whole = await readFile(path.join(fixtures, 'onnx/graph.onnx'));
    // Messages that follow each other merge.
    await writeFile(file, Buffer.concat([whole, valueInfo(onnxTold.graph.layers)]));
    try {
      const found = await card(file);
      expect(found.layers.map(({ name, outputShape }) => [name, outputShape])).toEqual([
        ['Conv_c1', [8, 7, 4]],
        ['LRN_l', [8, 7, 4]],
        ['InstanceNormalization_i', [8, 7, 4]],
        ['Relu_r', [8, 7, 4]],
        ['ReduceMax_m', [4]],
        ['Gemm_d', [3]],
        ['LogSoftmax_logs', [3]],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(layer(await card('onnx/graph.onnx'), 'Conv_c1').outputShape).toBeNull();
  });
});

/** A model's `graph.value_info` (onnx.proto) with the shapes that ONNX Runtime computed, by the nodes `Op_value`. */
function valueInfo(layers: Readonly<Record<string, { readonly shape: readonly number[] }>>): Uint8Array {
  const { root } = protobuf.parse(
    `syntax = "proto3";
    message Dim { int64 dim_value = 1; }
    message Shape { repeated Dim dim = 1; }
    message Tensor { int32 elem_type = 1; Shape shape = 2; }
    message Type { Tensor tensor_type = 1; }
    message Value { string name = 1; Type type = 2; }
    message Graph { repeated Value valueInfo = 13; }
    message Model { Graph graph = 7; }`,
    { keepCase: true },
  );
  const values = Object.entries(layers).map(([name, { shape }]) => ({
    name: name.replace(/^[^_]+_/, ''),
    type: { tensor_type: { elem_type: 1, shape: { dim: shape.map((size) => ({ dim_value: size })) } } },
  }));
  const type = root.lookupType('Model');
  return type.encode(type.fromObject({ graph: { valueInfo: values } })).finish();
}

describe('the nodes of a SavedModel', () => {
  it('read, hold and are set to what make_saved_models.py writes', async () => {
    const found = await card('saved-models/module');
    const first = layer(found, 'Conv2D');
    expect(settings(first.attributes)).toEqual({ padding: 'SAME', strides: '1, 1, 1, 1' });
    expect(first.inputs).toEqual(['truediv']);
    expect(first.weights).toMatchObject([{ shape: [3, 3, 2, 4] }]);
    expect(first.weights[0]?.statistics).not.toBeNull();
    // Reshapes and casts are not shown; what they hand on is.
    const names = new Set([...found.layers.map(({ name }) => name), 'pixels']);
    for (const { name, inputs } of found.layers) {
      expect(inputs?.length, name).toBeGreaterThan(0);
      for (const input of inputs ?? []) expect(names, `${name} reads ${input}`).toContain(input);
    }
  });
});

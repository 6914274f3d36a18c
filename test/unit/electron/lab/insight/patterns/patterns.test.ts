import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSet } from '#shared/images';
import { cancelledInsight, patternsRequest, type Patterns } from '#shared/insight';
import { trainingSpec } from '#shared/spec';
import { openData } from '../../../../../../electron/lab/data/open';
import { createTrainingStep } from '../../../../../../electron/lab/engine/create-step';
import type { TrainingStep } from '../../../../../../electron/lab/engine/training-step';
import { drawPatterns } from '../../../../../../electron/lab/insight/patterns/patterns';
import { buildModel } from '../../../../../../electron/lab/model/build';
import { presets } from '../../../../../../electron/lab/model/presets';
import { epochOrder } from '../../../../../../electron/lab/training/order';
import { hasTensorFlow } from '../../engine/steps';

const tensorFlow = await hasTensorFlow();
const L = tf.layers;
const request = patternsRequest.parse.bind(patternsRequest);
const strict = {
  evidence: null,
  log: (sentence: string): never => {
    throw new Error(sentence);
  },
};

/** A convolution of one channel with these kernels, each of five by five. */
function withKernels(kernels: readonly (readonly number[])[], bias = 0): tf.LayersModel {
  const input = tf.input({ shape: [28, 28, 1] });
  const layer = L.conv2d({ name: 'known', filters: kernels.length, kernelSize: 5, activation: 'relu' });
  const model = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
  tf.tidy(() => {
    layer.setWeights([
      tf
        .tensor2d(kernels.map((kernel) => [...kernel]))
        .transpose()
        .reshape([5, 5, 1, kernels.length]),
      tf.fill([kernels.length], bias),
    ]);
  });
  return model;
}

const known = (weight: (row: number, column: number) => number): readonly number[] => {
  const raw = Array.from({ length: 25 }, (_, place) => weight(Math.floor(place / 5) - 2, (place % 5) - 2));
  const mean = raw.reduce((sum, value) => sum + value, 0) / 25;
  return raw.map((value) => value - mean);
};
const edge = known((_, column) => Math.sign(column));
const corner = known((row, column) => (row >= 0 && column >= 0 ? 1 : 0));
const blob = known((row, column) => Math.exp(-(row * row + column * column) / 3));

function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = (values: readonly number[]): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  return (
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0) / (Math.hypot(...x) * Math.hypot(...y))
  );
}

/** The window of an image that the middle cell of a 24 x 24 map sees. */
function seenByMiddle({ sheet }: Patterns, index: number): readonly number[] {
  const values = sheet.pictures[index]?.values ?? new Float32Array();
  return Array.from(
    { length: 25 },
    (_, place) => values[(12 + Math.floor(place / 5)) * 28 + 12 + (place % 5)] as number,
  );
}

describe.runIf(tensorFlow)('patterns', () => {
  it('gives known kernels back', async () => {
    const model = withKernels([edge, corner, blob]);
    const found = await drawPatterns(model, request({ layer: 'known', objective: 'cell' }), strict);
    [edge, corner, blob].forEach((kernel, index) => {
      expect(correlation(seenByMiddle(found, index), kernel)).toBeGreaterThan(0.9);
    });
    model.dispose();
  });

  it('makes the same bytes of the same seed, others of another, and holds no tensor', async () => {
    const model = withKernels([edge, corner, blob]);
    const before = tf.memory().numTensors;
    const draw = (seed: number) =>
      drawPatterns(model, request({ objective: 'texture', steps: 20, seed }), strict);
    const values = ({ sheet }: Patterns) => sheet.pictures.map((picture) => picture.values);
    const [first, again, other] = [await draw(5), await draw(5), await draw(6)];
    expect(values(again)).toEqual(values(first));
    expect(values(other)).not.toEqual(values(first));
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('makes the same of a filter whichever others are drawn with it', async () => {
    const model = withKernels([edge, corner, blob]);
    const all = await drawPatterns(model, request({ steps: 10 }), strict);
    const one = await drawPatterns(model, request({ steps: 10, channels: [2] }), strict);
    const difference = one.sheet.pictures[0]?.values.map(
      (value, i) => value - (all.sheet.pictures[2]?.values[i] as number),
    );
    expect(Math.max(...(difference ?? [1]).map(Math.abs))).toBeLessThan(1e-3);
    model.dispose();
  });

  it('names filters that nothing changes or that let nothing through', async () => {
    const zero = Array<number>(25).fill(0);
    const silent = withKernels([edge, zero], -100);
    const evidence: ImageSet = {
      count: 3,
      shape: [28, 28, 1],
      pixels: Uint8Array.from({ length: 3 * 784 }, (_, i) => (i * 37) % 256),
      labels: new Int32Array(3),
    };
    const { facts, sheet } = await drawPatterns(silent, request({ steps: 8 }), { ...strict, evidence });
    expect(facts[0]?.dead?.sentence).toMatch(/lets nothing through: before the relu, the best of 3 images/);
    expect(facts[1]?.dead?.sentence).toMatch(/No pixel changes its response, which is -100/);
    expect(new Set(sheet.pictures[1]?.values)).toEqual(new Set([0.5]));
    silent.dispose();
  });

  it('draws colours, other sizes, and classes before their softmax', async () => {
    // Seeded: of random kernels all may happen to be silent where the ascent starts, and then it cannot begin.
    const kernelInitializer = tf.initializers.glorotUniform({ seed: 11 });
    const input = tf.input({ shape: [null, null, 3] });
    const maps = L.conv2d({
      name: 'maps',
      filters: 4,
      kernelSize: 3,
      activation: 'relu',
      kernelInitializer,
    }).apply(input);
    const pooled = L.globalAveragePooling2d({}).apply(maps);
    const scores = L.dense({ name: 'scores', units: 5, activation: 'softmax', kernelInitializer }).apply(
      pooled,
    );
    const model = tf.model({ inputs: input, outputs: scores as tf.SymbolicTensor });
    const size = { height: 40, width: 24 };
    const drawn = await drawPatterns(model, request({ size, steps: 30 }), strict);
    expect(drawn.sheet.pictures).toHaveLength(5);
    for (const [index, { shape, values }] of drawn.sheet.pictures.entries()) {
      expect(shape).toEqual([40, 24, 3]);
      expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      const { rise } = drawn.facts[index] ?? {};
      expect(rise?.at(-1)).toBeGreaterThan(rise?.[0] as number);
    }
    model.dispose();
  });

  it('ascends textures where nothing is asked, and of units what they are; the answer says which', async () => {
    const input = tf.input({ shape: [12, 12, 1] });
    const kernelInitializer = tf.initializers.glorotUniform({ seed: 11 });
    const maps = L.conv2d({ name: 'maps', filters: 2, kernelSize: 3, kernelInitializer }).apply(input);
    const flat = L.flatten().apply(maps);
    const units = L.dense({ name: 'units', units: 3, kernelInitializer }).apply(flat) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: units });
    const draw = (asked: object) => drawPatterns(model, request({ steps: 3, ...asked }), strict);
    const objectiveUsed = async (asked: object) => (await draw(asked)).used.objective;
    expect(await objectiveUsed({ layer: 'maps' })).toBe('texture');
    expect(await objectiveUsed({ layer: 'units' })).toBe('map');
    expect(await objectiveUsed({})).toBe('map');
    expect((await draw({ layer: 'maps', objective: 'cell' })).used.cell).toEqual({ row: 5, column: 5 });
    // What was used, asked for again, is the same picture.
    const drawn = await draw({ layer: 'maps' });
    const again = await draw(drawn.used);
    expect(again).toEqual(drawn);
    // The pictures of units do not depend on which of the objectives is named.
    const [texture, map] = [await draw({ objective: 'texture' }), await draw({ objective: 'map' })];
    expect(texture).toEqual(map);
    model.dispose();
  });

  it('tells a filter from its negative by their textures', async () => {
    const model = withKernels([blob, blob.map((weight) => -weight)]);
    const [of, negative] = (await drawPatterns(model, request({ objective: 'texture' }), strict)).sheet
      .pictures;
    const mean = (values: Float32Array = new Float32Array()) =>
      values.reduce((sum, value) => sum + value, 0) / 784;
    // Bright blobs in the dark, and dark ones in the light.
    expect(mean(of?.values)).toBeLessThan(0.5);
    expect(mean(negative?.values)).toBeGreaterThan(0.5);
    model.dispose();
  });

  it('refuses what the network has not, and ends when it is cancelled', async () => {
    const model = withKernels([edge]);
    const before = tf.memory().numTensors;
    await expect(drawPatterns(model, request({ layer: 'conv9' }), strict)).rejects.toThrow(
      /has no layer "conv9"; it has .*known/,
    );
    await expect(drawPatterns(model, request({ channels: [1] }), strict)).rejects.toThrow(
      'The layer known has no channel 1: there are 1, counted from 0.',
    );
    const cell = { row: 24, column: 0 };
    await expect(drawPatterns(model, request({ objective: 'cell', cell }), strict)).rejects.toThrow(
      'There is no cell 24, 0 in the maps of known, which are 24 x 24, counted from 0.',
    );
    const controller = new AbortController();
    const watch = {
      signal: controller.signal,
      report: () => {
        controller.abort();
      },
    };
    await expect(drawPatterns(model, request({ steps: 1000 }), { ...strict, watch })).rejects.toThrow(
      cancelledInsight,
    );
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

const folder = '../shared/data/mnist';
const hasData = existsSync(folder);
if (!hasData) process.stderr.write(`The quality of patterns is not tested: there is no ${folder}.\n`);

describe.runIf(tensorFlow && hasData)('patterns of a trained network', () => {
  let step: TrainingStep;
  let test: ImageSet;

  beforeAll(async () => {
    const watch = { report: () => undefined, signal: new AbortController().signal };
    const data = await openData({ source: 'mnist', folder, limit: null }, watch);
    const images = await data.training(watch);
    test = await data.test(watch);
    const spec = presets.find(({ id }) => id === 'seed')?.spec;
    if (spec === undefined) throw new Error('There is no preset of the textbook.');
    const model = buildModel(spec, { inputShape: [28, 28, 1], classes: 10, seed: 1 });
    const training = trainingSpec.parse({ batchSize: 64 });
    step = createTrainingStep({ model, training, trainingImages: images, classes: 10, log: strict.log });
    const order = epochOrder(images.count, 1, 1);
    for (let from = 0; from < 64 * 300; from += 64) step.train(order.subarray(from, from + 64), 0.001);
  }, 120_000);

  afterAll(() => {
    step.dispose();
  });

  it.each(['conv2d', 'conv2d_1', 'conv2d_2'])(
    'excite the filters of %s more than the best of the test images',
    async (layer) => {
      const network = step.network();
      const before = tf.memory().numTensors;
      const asked = request({ layer, objective: 'map' });
      const { facts } = await drawPatterns(network, asked, { ...strict, evidence: test });
      expect(tf.memory().numTensors).toBe(before);
      const live = facts.filter(({ dead }) => dead === null);
      const won = live.filter(({ response, bestImage }) => response > (bestImage?.response ?? Infinity));
      expect(live.length).toBeGreaterThan(facts.length / 2);
      expect(won.length / live.length).toBeGreaterThanOrEqual(0.95);
    },
    120_000,
  );
});

import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { evolutionRequest, kernelsRequest } from '#shared/insight';
import type { NamedTensor } from '#shared/tensors';
import { drawEvolution, type EvolutionStage } from '../../../../../electron/lab/insight/evolution';
import { drawKernels } from '../../../../../electron/lab/insight/kernels';
import { hasTensorFlow } from '../engine/steps';

const tensorFlow = await hasTensorFlow();
const L = tf.layers;
const request = kernelsRequest.parse.bind(kernelsRequest);
const none = { evidence: null };

function chain(shape: readonly number[], ...layers: readonly tf.layers.Layer[]): tf.LayersModel {
  const input = tf.input({ shape: [...shape] });
  const output = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
  return tf.model({ inputs: input, outputs: output });
}

/** What a layer without bias makes of an image that is 1 at one place of one channel and 0 elsewhere. */
function impulse(model: tf.LayersModel, row: number, column: number, channel: number): Float32Array {
  return tf.tidy(() => {
    const [, height = 0, width = 0, channels = 0] = model.inputs[0]?.shape ?? [];
    const image = tf.buffer([1, height ?? 0, width ?? 0, channels ?? 0]);
    image.set(1, 0, row, column, channel);
    return (model.predict(image.toTensor()) as tf.Tensor).dataSync<'float32'>();
  });
}

describe.runIf(tensorFlow)('kernels', () => {
  it.each([
    ['Conv2D', () => L.conv2d({ name: 'x', filters: 4, kernelSize: 3, useBias: false })],
    ['SeparableConv2D', () => L.separableConv2d({ name: 'x', filters: 4, kernelSize: 3, useBias: false })],
  ])('of %s are what the layer answers an impulse with', async (_, make) => {
    const model = chain([3, 3, 5], make());
    const { sheet } = await drawKernels(
      model,
      request({ layer: 'x', view: { kind: 'channel', channel: 2 } }),
      none,
    );
    for (let place = 0; place < 9; place++) {
      const answer = impulse(model, Math.floor(place / 3), place % 3, 2);
      sheet.pictures.forEach(({ values }, filter) => {
        expect(values[place]).toBeCloseTo(answer[filter] as number, 5);
      });
    }
    model.dispose();
  });

  it('of a depthwise convolution are one for each channel that it makes', async () => {
    const layer = L.depthwiseConv2d({ name: 'x', kernelSize: 3, depthMultiplier: 2, useBias: false });
    const model = chain([3, 3, 2], layer);
    const { sheet, kernelShape } = await drawKernels(model, request({ layer: 'x' }), none);
    expect(kernelShape).toEqual([3, 3, 1]);
    const answer = impulse(model, 1, 0, 1);
    expect(sheet.pictures.map(({ values }) => values[3])).toEqual([
      expect.any(Number),
      expect.any(Number),
      ...[answer[2], answer[3]].map((value) => expect.closeTo(value as number, 5) as number),
    ]);
    model.dispose();
  });

  it('of a transposed convolution are the mark that one cell leaves', async () => {
    const model = chain(
      [1, 1, 3],
      L.conv2dTranspose({ name: 'x', filters: 2, kernelSize: 3, useBias: false }),
    );
    const view = { kind: 'channel', channel: 1 } as const;
    const { sheet } = await drawKernels(model, request({ layer: 'x', view }), none);
    const mark = impulse(model, 0, 0, 1);
    expect([...(sheet.pictures[1]?.values ?? [])]).toEqual(
      [...mark].filter((_, index) => index % 2 === 1).map((value) => expect.closeTo(value, 5) as number),
    );
    model.dispose();
  });

  it('of a dense layer have the form of the maps before it', async () => {
    const model = chain([4, 5, 2], L.flatten(), L.dense({ name: 'x', units: 3, useBias: false }));
    const drawn = await drawKernels(
      model,
      request({ layer: 'x', view: { kind: 'channel', channel: 1 } }),
      none,
    );
    expect(drawn.kernelShape).toEqual([4, 5, 2]);
    expect(drawn.sheet.pictures[2]?.values[2 * 5 + 3]).toBeCloseTo(impulse(model, 2, 3, 1)[2] as number, 5);
    model.dispose();
  });

  it('are ordered and named: twins, dead ones, norms', async () => {
    const layer = L.conv2d({ name: 'x', filters: 4, kernelSize: 1, activation: 'relu' });
    const model = chain([2, 2, 2], layer);
    // The filters (1, 0), (0, 3), (2, 0.02), (0, 0), as columns.
    const kernel = [1, 0, 2, 0, 0, 3, 0.02, 0];
    tf.tidy(() => {
      layer.setWeights([tf.tensor4d(kernel, [1, 1, 2, 4]), tf.tensor1d([0, -9, 0, 0])]);
    });
    const before = tf.memory().numTensors;
    const pixels = Uint8Array.from({ length: 16 }, (_, index) => 17 * index);
    const evidence = { count: 2, shape: [2, 2, 2] as const, pixels, labels: new Int32Array(2) };
    const byNorm = await drawKernels(model, request({ layer: 'x', order: 'norm' }), { evidence });
    expect(byNorm.facts.map(({ channel }) => channel)).toEqual([1, 2, 0, 3]);
    expect(byNorm.facts[0]?.norm).toBeCloseTo(3, 5);
    expect(byNorm.facts.map(({ duplicate }) => duplicate)).toEqual([false, true, true, false]);
    expect(byNorm.facts[2]?.nearest?.channel).toBe(2);
    const deaths = byNorm.facts.map(({ dead }) => dead?.sentence ?? null);
    expect(deaths[0]).toMatch(/lets nothing through: before the relu, the best of 2 images reached -6\.00/);
    expect(deaths[3]).toBe('All its weights are 0. Its response is 0.00 for every one of 2 images.');
    expect(deaths.slice(1, 3)).toEqual([null, null]);
    const bySimilarity = await drawKernels(model, request({ layer: 'x', order: 'similarity' }), none);
    const order = bySimilarity.facts.map(({ channel }) => channel);
    expect(Math.abs(order.indexOf(0) - order.indexOf(2))).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('of three channels are colours, of more their norm, and of none refused', async () => {
    const layers = [
      L.conv2d({ name: 'first', filters: 2, kernelSize: 3 }),
      L.maxPooling2d({ name: 'pool', poolSize: 2 }),
      L.conv2d({ name: 'second', filters: 2, kernelSize: 1 }),
    ];
    const model = chain([8, 8, 3], ...layers);
    const first = await drawKernels(model, request({ layer: 'first' }), none);
    expect(first.sheet.pictures[0]).toMatchObject({ shape: [3, 3, 3], scale: 'image' });
    const values = first.sheet.pictures.flatMap((picture) => [...picture.values]);
    expect(Math.max(...values.map((value) => Math.abs(value - 0.5)))).toBeCloseTo(0.5, 5);
    const refused = drawKernels(model, request({ layer: 'pool' }), none);
    await expect(refused).rejects.toThrow(
      'The layer pool (MaxPooling2D) has no kernels; name a convolution or a dense layer.',
    );
    const view = { kind: 'channel', channel: 2 } as const;
    await expect(drawKernels(model, request({ layer: 'second', view }), none)).rejects.toThrow(
      'The kernels of second have no input channel 2: there are 2, counted from 0.',
    );
    model.dispose();
  });
});

describe.runIf(tensorFlow)('evolution', () => {
  async function* stages(...factors: readonly number[]): AsyncGenerator<EvolutionStage> {
    for (const [index, factor] of factors.entries()) {
      const weights: readonly NamedTensor[] = [
        { name: 'kernel', shape: [1, 1, 1, 2], values: Float32Array.of(factor, -factor) },
        { name: 'bias', shape: [2], values: Float32Array.of(0, 0) },
      ];
      yield { step: 10 * index, epoch: index, weights };
    }
  }
  const image = { shape: [2, 2, 1] as const, values: Float32Array.of(0, 0.25, 0.5, 1) };
  const make = () => chain([2, 2, 1], L.conv2d({ name: 'x', filters: 2, kernelSize: 1 }));

  it('shows kernel and response of one filter at each checkpoint, in one range', async () => {
    const model = make();
    const before = tf.memory().numTensors;
    const asked = { layer: 'x', channel: 1 };
    const follow = (of: 'kernel' | 'response') =>
      drawEvolution(model, evolutionRequest.parse({ ...asked, of }), {
        count: 2,
        stages: stages(1, 3),
        image,
      });
    const kernel = await follow('kernel');
    expect(kernel.sheet.pictures.map(({ name }) => name)).toEqual(['untrained', 'epoch 1, step 10']);
    expect(kernel.sheet.pictures.map(({ values }) => [...values])).toEqual([[-1], [-3]]);
    expect(kernel.sheet.sharedRange).toEqual([-3, 3]);
    expect(kernel.moments).toEqual([
      { step: 0, epoch: 0 },
      { step: 10, epoch: 1 },
    ]);
    const response = await follow('response');
    expect([...(response.sheet.pictures[1]?.values ?? [])]).toEqual([0, -0.75, -1.5, -3]);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('draws patterns that differ by the weights alone', async () => {
    const model = make();
    const asked = evolutionRequest.parse({ layer: 'x', channel: 0, of: 'pattern', steps: 4 });
    const { sheet } = await drawEvolution(model, asked, { count: 3, stages: stages(1, -1, 1), image: null });
    const [first, second, third] = sheet.pictures.map(({ values }) => [...values]);
    expect(third).toEqual(first);
    expect(second).not.toEqual(first);
    model.dispose();
  });
});

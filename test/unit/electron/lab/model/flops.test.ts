import { afterEach, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import type { Preset } from '#shared/api';
import { buildModel } from '../../../../../electron/lab/model/build';
import { modelFlops } from '../../../../../electron/lab/model/flops';
import { presets } from '../../../../../electron/lab/model/presets';
import profiled from '../../../../fixtures/keras/flops.json';

/** The layers of make_flops.py. */
const layers: Readonly<Record<keyof typeof profiled, readonly [number[], () => tf.layers.Layer]>> = {
  conv2d: [[28, 28, 1], () => tf.layers.conv2d({ filters: 32, kernelSize: 3 })],
  conv2dSameStrides: [
    [28, 28, 3],
    () => tf.layers.conv2d({ filters: 16, kernelSize: [5, 3], strides: 2, padding: 'same' }),
  ],
  conv2dWithoutBias: [[14, 14, 8], () => tf.layers.conv2d({ filters: 24, kernelSize: 1, useBias: false })],
  depthwiseConv2d: [
    [16, 16, 8],
    () => tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2 }),
  ],
  separableConv2d: [[16, 16, 8], () => tf.layers.separableConv2d({ filters: 12, kernelSize: 3 })],
  conv2dTranspose: [
    [7, 7, 16],
    () => tf.layers.conv2dTranspose({ filters: 8, kernelSize: 3, strides: 2, padding: 'same' }),
  ],
  maxPooling2d: [[26, 26, 32], () => tf.layers.maxPooling2d({ poolSize: 2 })],
  averagePooling2d: [[26, 26, 32], () => tf.layers.averagePooling2d({ poolSize: [3, 2] })],
  globalAveragePooling2d: [[7, 7, 64], () => tf.layers.globalAveragePooling2d({})],
  dense: [[576], () => tf.layers.dense({ units: 64 })],
  denseSoftmax: [[64], () => tf.layers.dense({ units: 10, activation: 'softmax' })],
  add: [[12, 12, 4], () => tf.layers.add()],
};

describe('FLOPs', () => {
  afterEach(() => {
    tf.disposeVariables();
  });

  it.each(Object.entries(profiled))("of %s are what TensorFlow's profiler counts", (name, expected) => {
    const [shape, make] = layers[name as keyof typeof profiled];
    const input = tf.input({ shape });
    const output = make().apply(name === 'add' ? [input, input] : input) as tf.SymbolicTensor;
    expect(modelFlops(tf.model({ inputs: input, outputs: output })).total).toBe(expected);
  });

  it("of the textbook's convnet come to 16.4 million an image, forward and backward, in products alone", () => {
    const { spec } = presets.find(({ id }) => id === 'seed') as Preset;
    const model = buildModel(spec, { inputShape: [28, 28, 1], classes: 10, seed: 1 });
    const flops = modelFlops(model);
    const products = model.layers.map((layer) => {
      if (layer.weights.length === 0) return 0;
      const values = (layer.outputShape as number[]).slice(1).reduce((product, size) => product * size);
      const softmax = layer === model.layers.at(-1);
      // Without the bias and the activation.
      return (flops.of(layer) as number) - values * (softmax ? 6 : 2);
    });
    const forward = products.reduce((sum, each) => sum + each);
    // The gradients of input and kernel cost as much again each; the image needs none.
    const first = products.find((each) => each > 0) as number;
    expect(3 * forward - first).toBeCloseTo(16.4e6, -5);
    expect(flops.total as number).toBeLessThan(forward * 1.02);
  });

  it('of MobileNet 1.0 224 come to the 569 million multiply-adds of its paper (Howard et al. 2017, table 8)', () => {
    const model = mobileNet();
    const flops = modelFlops(model);
    const weighed = ['Conv2D', 'DepthwiseConv2D', 'Dense'];
    const multiplyAdds = model.layers
      .filter((layer) => weighed.includes(layer.getClassName()))
      .reduce((sum, layer) => sum + (flops.of(layer) as number) / 2, 0);
    expect(Math.round(multiplyAdds / 1e6)).toBe(569);
    expect((flops.total as number) / 2).toBeGreaterThan(multiplyAdds);
  });

  it('count a layer as often as it is used, and nested models with what is in them', () => {
    const dense = tf.layers.dense({ units: 8 });
    const inner = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [8] })] });
    const input = tf.input({ shape: [8] });
    const once = dense.apply(input) as tf.SymbolicTensor;
    const twice = dense.apply(once) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: inner.apply(twice) as tf.SymbolicTensor });
    const one = 2 * 64 + 8;
    const flops = modelFlops(model);
    expect([flops.of(dense), flops.of(inner), flops.total]).toEqual([2 * one, one, 3 * one]);
  });

  it('are unknown where a size is', () => {
    const input = tf.input({ shape: [null, null, 3] });
    const output = tf.layers.conv2d({ filters: 4, kernelSize: 3 }).apply(input) as tf.SymbolicTensor;
    expect(modelFlops(tf.model({ inputs: input, outputs: output })).total).toBeNull();
  });
});

/** A strided convolution, 13 depthwise separable ones, each with batch normalization and relu, and a classifier. */
function mobileNet(): tf.LayersModel {
  const input = tf.input({ shape: [224, 224, 3] });
  const apply = (layer: tf.layers.Layer, to: tf.SymbolicTensor) => layer.apply(to) as tf.SymbolicTensor;
  const normalised = (x: tf.SymbolicTensor) =>
    apply(tf.layers.reLU({ maxValue: 6 }), apply(tf.layers.batchNormalization({}), x));
  const common = { padding: 'same', useBias: false } as const;
  const conv = (filters: number, kernelSize: number, strides: number) =>
    tf.layers.conv2d({ filters, kernelSize, strides, ...common, kernelInitializer: 'zeros' });
  let x = normalised(apply(conv(32, 3, 2), input));
  const blocks: readonly (readonly [filters: number, strides: number])[] = [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array.from({ length: 5 }, () => [512, 1] as const),
    [1024, 2],
    [1024, 1],
  ];
  for (const [filters, strides] of blocks) {
    const depthwise = tf.layers.depthwiseConv2d({
      kernelSize: 3,
      strides,
      ...common,
      depthwiseInitializer: 'zeros',
    });
    x = normalised(apply(conv(filters, 1, 1), normalised(apply(depthwise, x))));
  }
  const pooled = apply(tf.layers.globalAveragePooling2d({}), x);
  const classifier = tf.layers.dense({ units: 1000, useBias: false, kernelInitializer: 'zeros' });
  return tf.model({ inputs: input, outputs: apply(classifier, pooled) });
}

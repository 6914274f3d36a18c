import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../../../../electron/lab/engine/tensorflow/load';
import { startWasm } from '../../../../../../electron/lab/engine/wasm/start';
import { buildModel } from '../../../../../../electron/lab/model/build';
import { presets } from '../../../../../../electron/lab/model/presets';
import type { ModelSpec } from '#shared/spec';

const outcome = await loadTensorFlow();
const skipped =
  outcome.kind === 'loaded' ? '' : ' [skipped: TensorFlow, which tells the right answer, is not installed]';
await startWasm();

interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor;
}

const convolution = (
  kernel: number | readonly [number, number],
  strides: number | [number, number],
  pad: 'valid' | 'same',
  [height, width]: readonly [number, number] = [9, 8],
): Case => {
  const [kernelHeight, kernelWidth] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  return {
    name: `convolution ${kernelHeight}x${kernelWidth} of ${height}x${width}, strides ${strides}, ${pad}`,
    shapes: [
      [3, height, width, 2],
      [kernelHeight, kernelWidth, 2, 5],
    ],
    compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad),
  };
};

const pooling = (kind: 'max' | 'average', size: number, strides: number, pad: 'valid' | 'same'): Case => ({
  name: `${kind} pooling ${size}x${size}, strides ${strides}, ${pad}`,
  shapes: [[2, 7, 8, 3]],
  compute: (x) =>
    kind === 'max'
      ? tf.maxPool(x as tf.Tensor4D, size, strides, pad)
      : tf.avgPool(x as tf.Tensor4D, size, strides, pad),
});

const depthwise = (multiplier: number, strides: number | [number, number], pad: 'valid' | 'same'): Case => ({
  name: `depthwise convolution 3x2 times ${multiplier}, strides ${strides}, ${pad}`,
  shapes: [
    [2, 7, 8, 3],
    [3, 2, 3, multiplier],
  ],
  compute: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad),
});

const activation = (name: string, compute: (x: tf.Tensor) => tf.Tensor): Case => ({
  name,
  shapes: [[4, 10]],
  compute,
});

/** What the layers of shared/spec.ts compute, and their gradients. */
const cases: readonly Case[] = [
  convolution(3, 1, 'valid'),
  convolution(3, 1, 'same'),
  convolution(3, 2, 'valid'),
  convolution(3, 2, 'same'),
  convolution([5, 1], [1, 3], 'same'),
  convolution([2, 4], [2, 1], 'valid'),
  convolution(1, 1, 'valid'),
  depthwise(1, 1, 'valid'),
  depthwise(1, 2, 'same'),
  depthwise(2, 1, 'same'),
  depthwise(3, 2, 'valid'),
  convolution(1, 2, 'same'),
  convolution(2, 3, 'same', [6, 5]),
  convolution(3, 1, 'valid', [3, 3]),
  convolution(4, 3, 'same', [5, 11]),
  {
    name: 'convolution, bias and activation in one kernel, same',
    shapes: [[2, 9, 8, 2], [3, 1, 2, 4], [4]],
    compute: (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias: bias as tf.Tensor1D,
        strides: [1, 2],
        pad: 'same',
        activation: 'relu',
      }),
  },
  pooling('max', 2, 2, 'valid'),
  pooling('max', 3, 2, 'same'),
  pooling('max', 3, 1, 'valid'),
  pooling('max', 2, 3, 'same'),
  pooling('max', 2, 2, 'same'),
  pooling('max', 2, 4, 'valid'),
  {
    name: 'max pooling of equals',
    shapes: [[2, 7, 7, 3]],
    compute: (x) => {
      const same = tf.tensor(x?.dataSync() ?? [], x?.shape);
      return tf.maxPool(tf.sub(x as tf.Tensor4D, same) as tf.Tensor4D, 3, 2, 'same');
    },
  },
  pooling('average', 2, 2, 'valid'),
  pooling('average', 3, 2, 'same'),
  pooling('average', 2, 3, 'same'),
  pooling('average', 5, 1, 'same'),
  activation('relu', tf.relu),
  activation('elu', tf.elu),
  activation('selu', tf.selu),
  activation('sigmoid', tf.sigmoid),
  activation('softmax', (x) => tf.softmax(x)),
  activation('softplus', tf.softplus),
  activation('tanh', tf.tanh),
  { name: 'global average pooling', shapes: [[2, 5, 4, 3]], compute: (x) => tf.mean(x, [1, 2]) },
  {
    name: 'dense',
    shapes: [[4, 6], [6, 3], [3]],
    compute: (x, w, b) => tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b as tf.Tensor),
  },
  {
    name: 'batch normalization over a batch',
    shapes: [[4, 3, 3, 2], [2], [2]],
    compute: (x, gamma, beta) => {
      const { mean, variance } = tf.moments(x as tf.Tensor4D, [0, 1, 2]);
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        beta as tf.Tensor1D,
        gamma as tf.Tensor1D,
        1e-3,
      );
    },
  },
  {
    name: 'categorical cross-entropy of softmax',
    shapes: [[4, 10]],
    compute: (x) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([1, 9, 0, 3], 'int32'), 10), x),
  },
];

describe.skipIf(skipped !== '')(`WebAssembly computes what TensorFlow does${skipped}`, () => {
  it.each(cases)('$name, forwards and backwards', async ({ shapes, compute }) => {
    const expected = await resultsOn('tensorflow', shapes, compute);
    const actual = await resultsOn('wasm', shapes, compute);
    expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    for (const [index, { values }] of expected.entries()) {
      const scale = Math.max(1, ...values.map(Math.abs));
      const off = values.map((value, at) => Math.abs(value - (actual[index]?.values[at] ?? NaN)));
      expect(Math.max(...off) / scale).toBeLessThan(1e-5);
    }
  });
});

describe.skipIf(skipped !== '')(`the textbook's convnet${skipped}`, () => {
  it('has the same loss and the same gradients on WebAssembly as on TensorFlow', async () => {
    const spec = presets.find(({ id }) => id === 'seed')?.spec as ModelSpec;
    const losses: number[] = [];
    const gradients: Map<string, Float32Array>[] = [];
    for (const backend of ['tensorflow', 'wasm']) {
      await tf.setBackend(backend);
      tf.tidy(() => {
        // Its weights are drawn by tfjs itself, the same for each engine.
        const model = buildModel(spec, { inputShape: [28, 28, 1], classes: 10, seed: 5 });
        const images = tf.tensor4d(noise([8, 28, 28, 1], 3), [8, 28, 28, 1]);
        const labels = tf.oneHot(tf.range(0, 8, 1, 'int32'), 10);
        const { value, grads } = tf.variableGrads(() => {
          const predicted = model.apply(images, { training: true }) as tf.Tensor;
          return tf.mean(tf.metrics.categoricalCrossentropy(labels, predicted)) as tf.Scalar;
        });
        losses.push(value.dataSync()[0] ?? NaN);
        const named = model.trainableWeights.map(({ originalName }, index) => {
          const gradient = Object.values(grads)[index]?.dataSync() as Float32Array;
          return [originalName, gradient.slice()] as const;
        });
        gradients.push(new Map(named));
        model.dispose();
      });
    }
    expect(losses[1]).toBeCloseTo(losses[0] ?? NaN, 5);
    const [expected, actual] = gradients;
    expect([...(actual?.keys() ?? [])]).toHaveLength(10);
    for (const [name, values] of expected ?? []) {
      const off = values.map((value, at) => Math.abs(value - (actual?.get(name)?.[at] ?? NaN)));
      expect(Math.max(...off), name).toBeLessThan(1e-5);
    }
  });
});

interface Result {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The output and the gradient of each input, each of the output's values weighing differently. */
async function resultsOn(
  backend: string,
  shapes: Case['shapes'],
  compute: Case['compute'],
): Promise<readonly Result[]> {
  await tf.setBackend(backend);
  // A kernel that does not write all of its output shows what was in memory before: let that be no zeros.
  for (let times = 0; times < 3; times += 1) tf.fill([20_000], 7).dispose();
  return tf.tidy(() => {
    const inputs = shapes.map((shape, index) => tf.tensor(noise(shape, index), [...shape]));
    const output = compute(...inputs);
    const weights = tf.tensor(noise(output.shape, 99), output.shape);
    const gradients = tf.grads((...given) => tf.sum(tf.mul(compute(...given), weights)))(inputs);
    return [output, ...gradients].map((each) => ({ shape: each.shape, values: [...each.dataSync()] }));
  });
}

/** Distinct values in [-1, 1], so that no maximum is a tie, the same for each engine. */
function noise(shape: readonly number[], seed: number): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: count }, (_, index) => Math.sin(index * 12.9898 + seed * 78.233));
}

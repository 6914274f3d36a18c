import { afterEach, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { inputNames, windowOf } from '../../../../../electron/lab/model/window';

const kernelInitializer = 'ones';
const layers: Readonly<Record<string, () => tf.layers.Layer>> = {
  'a valid convolution': () => tf.layers.conv2d({ filters: 2, kernelSize: [3, 5], kernelInitializer }),
  'a strided convolution of the same size': () =>
    tf.layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', kernelInitializer }),
  'an even kernel of the same size': () =>
    tf.layers.conv2d({ filters: 2, kernelSize: [4, 2], padding: 'same', kernelInitializer }),
  'a depthwise convolution': () =>
    tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthwiseInitializer: 'ones' }),
  'average pooling': () => tf.layers.averagePooling2d({ poolSize: [3, 2] }),
  'overlapping pooling': () => tf.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  'global pooling': () => tf.layers.globalAveragePooling2d({}),
  'zero padding': () =>
    tf.layers.zeroPadding2d({
      padding: [
        [2, 1],
        [0, 3],
      ],
    }),
  'an activation': () => tf.layers.activation({ activation: 'tanh' }),
};

/** The input cells that an output cell depends on, by its gradient, which is zero for all others. */
function dependsOn(layer: tf.layers.Layer, y: number, x: number): Set<string> {
  const gradient = tf.tidy(() => {
    const input = tf.ones<tf.Rank.R4>([1, 9, 8, 2]);
    const cell = (image: tf.Tensor4D) => {
      const output = layer.apply(image) as tf.Tensor;
      return output.rank === 2
        ? output.slice([0, 0], [1, 1]).sum()
        : output.slice([0, y, x, 0], [1, 1, 1, 1]).sum();
    };
    return tf
      .grad(cell as (image: tf.Tensor) => tf.Tensor)(input)
      .arraySync() as number[][][][];
  });
  const cells = new Set<string>();
  gradient[0]?.forEach((row, cellY) => {
    row.forEach((channels, cellX) => {
      if (channels.some((value) => value !== 0)) cells.add(`${cellY} ${cellX}`);
    });
  });
  return cells;
}

describe('the window of a layer', () => {
  afterEach(() => {
    tf.disposeVariables();
  });

  it.each(Object.entries(layers))('of %s covers the cells that TensorFlow.js reads', (_, make) => {
    const layer = make();
    const output = layer.apply(tf.input({ shape: [9, 8, 2] })) as tf.SymbolicTensor;
    const window = windowOf(output);
    if (window === null) throw new Error('no window');
    const [, height, width] = output.shape.length === 4 ? output.shape : [1, 1, 1];
    for (let y = 0; y < (height ?? 1); y++) {
      for (let x = 0; x < (width ?? 1); x++) {
        const expected = new Set<string>();
        for (let row = 0; row < window.size[0]; row++) {
          for (let column = 0; column < window.size[1]; column++) {
            const cellY = y * window.strides[0] - window.padding[0] + row;
            const cellX = x * window.strides[1] - window.padding[1] + column;
            if (cellY >= 0 && cellX >= 0 && cellY < 9 && cellX < 8) expected.add(`${cellY} ${cellX}`);
          }
        }
        expect(dependsOn(layer, y, x)).toEqual(expected);
      }
    }
  });

  it('is not told of layers that read all of their input, or that nobody knows', () => {
    const flat = tf.layers.flatten().apply(tf.input({ shape: [4, 4, 2] })) as tf.SymbolicTensor;
    expect(windowOf(flat)).toBeNull();
    expect(windowOf(tf.layers.dense({ units: 3 }).apply(flat) as tf.SymbolicTensor)).toBeNull();
  });
});

describe('the inputs of a layer', () => {
  it('are all that it reads', () => {
    const input = tf.input({ shape: [4, 4, 2], name: 'image' });
    const left = tf.layers.activation({ activation: 'relu', name: 'left' }).apply(input) as tf.SymbolicTensor;
    const sum = tf.layers.add({ name: 'sum' });
    sum.apply([left, input]);
    expect(inputNames(sum)).toEqual(['left', 'image']);
  });
});

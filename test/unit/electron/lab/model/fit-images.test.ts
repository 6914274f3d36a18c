import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { usualPreprocessing, type Preprocessing } from '#shared/spec';
import { fitImages } from '../../../../../electron/lab/model/fit-images';

const unit = usualPreprocessing;

function images(shape: readonly [number, number, number], pixels: readonly number[]) {
  return { count: 1, shape, pixels: Uint8Array.from(pixels), labels: new Int32Array(1) };
}

function fitted(...parameters: Parameters<typeof fitImages>) {
  return tf.tidy(() => {
    const tensor = fitImages(...parameters);
    return {
      shape: tensor.shape,
      values: [...tensor.dataSync<'float32'>()].map((value) => +value.toFixed(4)),
    };
  });
}

describe('fitImages', () => {
  const grey = images([2, 2, 1], [0, 51, 102, 255]);
  const colour = images([1, 2, 3], [255, 0, 0, 0, 51, 255]);

  it.each([
    { range: [0, 1] as [number, number], values: [0, 0.2, 0.4, 1] },
    { range: [-1, 1] as [number, number], values: [-1, -0.6, -0.2, 1] },
    { range: [0, 255] as [number, number], values: [0, 51, 102, 255] },
  ])('scales pixels to $range', ({ range, values }) => {
    expect(fitted(grey, [null, 2, 2, 1], { ...unit, range }).values).toEqual(values);
  });

  it('turns light and dark around before anything else', () => {
    const inverted: Preprocessing = { ...unit, range: [-1, 1], inverted: true };
    expect(fitted(grey, [null, 2, 2, 1], inverted).values).toEqual([1, 0.6, 0.2, -1]);
  });

  it.each([
    { shape: [null, 2, 2], becomes: [1, 2, 2] },
    { shape: [null, 4], becomes: [1, 4] },
    { shape: [1, 1, 2, 2], becomes: [1, 1, 2, 2] },
    { shape: [null, null, null, 1], becomes: [1, 2, 2, 1] },
  ])('lays pixels out as $shape', ({ shape, becomes }) => {
    expect(fitted(grey, shape, unit)).toEqual({ shape: becomes, values: [0, 0.2, 0.4, 1] });
  });

  it('puts the channels first where the network reads them so', () => {
    expect(fitted(colour, [null, 3, 1, 2], unit)).toEqual({
      shape: [1, 3, 1, 2],
      values: [1, 0, 0, 0.2, 0, 1],
    });
  });

  it('orders blue before red, subtracts means and divides by deviations', () => {
    const caffe: Preprocessing = {
      range: [0, 255],
      channelOrder: 'bgr',
      mean: [100, 50, 0],
      deviation: [1, 1, 5],
      inverted: false,
    };
    expect(fitted(colour, [null, 1, 2, 3], caffe).values).toEqual([-100, -50, 51, 155, 1, 0]);
  });

  it('repeats grey for every colour, and greys colour by its luma', () => {
    expect(fitted(grey, [null, 2, 2, 3], unit).values.slice(0, 6)).toEqual([0, 0, 0, 0.2, 0.2, 0.2]);
    expect(fitted(images([1, 1, 3], [255, 0, 0]), [null, 1, 1, 1], unit).values).toEqual([0.299]);
  });

  it("puts two empty pixels around a digit for LeNet's 32 x 32", () => {
    const digit = images(
      [28, 28, 1],
      Array.from({ length: 784 }, () => 255),
    );
    const { shape, values } = fitted(digit, [null, 32, 32, 1], unit);
    expect(shape).toEqual([1, 32, 32, 1]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(784);
    expect(values.slice(0, 64).every((value) => value === 0)).toBe(true);
  });

  it('refuses what no image could be', () => {
    expect(() => fitted(grey, [null, 2, 2, 5], unit)).toThrow(/5 channels, but these have 1/);
    expect(() => fitted(grey, [null, 7], unit)).toThrow(/7 values in a row/);
    expect(() => fitted(grey, [null, 1, 2, 3, 4], unit)).toThrow(/which is no image/);
  });
});

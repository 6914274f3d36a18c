import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { augment } from '../../../../../electron/lab/engine/augmentation';
import { Noise } from '../../../../../electron/lab/engine/noise';
import { startWasm } from '../../../../../electron/lab/engine/wasm/start';
import { augmentationSpec, type AugmentationSpec } from '#shared/spec';
import { hasTensorFlow } from './steps';

const side = 9;
const count = 40;

/** A white pixel in an otherwise black image, `count` times. */
function dots(x: number, y: number): tf.Tensor4D {
  const one = tf.buffer([side, side, 1]);
  one.set(1, y, x, 0);
  return one.toTensor().expandDims(0).tile([count, 1, 1, 1]) as tf.Tensor4D;
}

function augmented(images: tf.Tensor4D, spec: Partial<AugmentationSpec>, step = 1): number[][][] {
  const noise = new Noise(5);
  const result = tf.tidy(() =>
    noise.during(tf.scalar(step, 'int32'), () => augment(images, augmentationSpec.parse(spec), noise)),
  );
  return result.squeeze([3]).arraySync() as number[][][];
}

/** Where the light of an image is, and how much. */
function centre(image: readonly (readonly number[])[]): { x: number; y: number; sum: number } {
  let [x, y, sum] = [0, 0, 0];
  image.forEach((row, top) => {
    row.forEach((value, left) => {
      sum += value;
      x += value * left;
      y += value * top;
    });
  });
  return { x: x / sum, y: y / sum, sum };
}

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

const engines = (await hasTensorFlow()) ? ['tensorflow', 'wasm'] : ['wasm'];

describe.each(engines)('augmentation on %s', (engine) => {
  beforeAll(async () => {
    await (engine === 'wasm' ? startWasm() : tf.setBackend(engine));
  });

  it('without amounts changes nothing', () => {
    expect(augmented(dots(2, 6), {})).toEqual(dots(2, 6).squeeze([3]).arraySync());
  });

  it('shifts by at most its share of the side, in both directions', () => {
    const centres = augmented(dots(4, 4), { shift: 0.3 }).map(centre);
    for (const { x, y, sum } of centres) {
      expect(Math.abs(x - 4)).toBeLessThanOrEqual(0.3 * side + 1e-4);
      expect(Math.abs(y - 4)).toBeLessThanOrEqual(0.3 * side + 1e-4);
      expect(sum).toBeCloseTo(1, 4);
    }
    expect(spread(centres.map(({ x }) => x))).toBeGreaterThan(3);
    expect(spread(centres.map(({ y }) => y))).toBeGreaterThan(3);
  });

  it('turns around the centre, by at most its angle', () => {
    const centres = augmented(dots(7, 4), { rotate: 30 }).map(centre);
    const angles = centres.map(({ x, y }) => (Math.atan2(y - 4, x - 4) * 180) / Math.PI);
    for (const angle of angles) expect(Math.abs(angle)).toBeLessThan(32);
    expect(Math.min(...angles)).toBeLessThan(-15);
    expect(Math.max(...angles)).toBeGreaterThan(15);
  });

  it('moves what is off the centre outwards or inwards when it zooms', () => {
    const centres = augmented(dots(6, 4), { zoom: 0.4 }).map(centre);
    for (const { x, y } of centres) {
      expect(y).toBeCloseTo(4, 4);
      expect(x).toBeGreaterThan(4.9);
      expect(x).toBeLessThan(7.1);
    }
    expect(spread(centres.map(({ x }) => x))).toBeGreaterThan(1);
  });

  it('mirrors about half of the images', () => {
    const mirrored = augmented(dots(1, 3), { flipHorizontal: true }).filter((image) => image[3]?.[7] === 1);
    expect(mirrored.length).toBeGreaterThan(count / 5);
    expect(mirrored.length).toBeLessThan((4 * count) / 5);
  });

  it('disturbs pixels and keeps them in [0, 1]', () => {
    const values = augmented(tf.fill([count, side, side, 1], 0.5) as tf.Tensor4D, { noise: 0.1 }).flat(2);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.1, 1);
    expect(Math.min(...augmented(dots(4, 4), { noise: 0.5 }).flat(2))).toBe(0);
  });

  it('draws the same for the same step and other amounts for the next', () => {
    const spec = { shift: 0.2, rotate: 10, noise: 0.1 };
    expect(augmented(dots(4, 4), spec, 7)).toEqual(augmented(dots(4, 4), spec, 7));
    expect(augmented(dots(4, 4), spec, 8)).not.toEqual(augmented(dots(4, 4), spec, 7));
  });
});

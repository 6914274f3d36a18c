import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { EagerAscent, type AscentPlan } from '../../../../../electron/lab/engine/ascent';
import { CompiledAscent } from '../../../../../electron/lab/engine/compiled/compiled-ascent';
import { nativeBackend } from '../../../../../electron/lab/engine/native';
import { scoped } from '../../../../../electron/lab/engine/scope';
import { hasTensorFlow } from './steps';

const tensorFlow = await hasTensorFlow();

/** Rows of `values` picked by `rows`, times a weight, squared; `given` says how much each counts. */
function plan(weight: tf.Tensor): AscentPlan {
  return {
    shape: [3, 2],
    givenShape: [2, 2],
    rows: 2,
    columns: 1,
    weights: [weight],
    within: scoped,
    step: ({ values, given, rows, columns, reach }) => {
      const objective = (all: tf.Tensor) =>
        tf
          .gather(all, rows)
          .mul(weight.slice([0], [2]))
          .square()
          .mul(given)
          .mul(reach)
          .sum(1)
          .add(columns.toFloat());
      return {
        gradient: tf.grad((all) => objective(all).sum())(values),
        objectives: objective(values) as tf.Tensor1D,
      };
    },
  };
}

const moves = Array.from({ length: 6 }, (_, step) => ({
  rows: Int32Array.of(step % 3, (step + 1) % 3),
  columns: Int32Array.of(step),
  reach: 1 - step / 10,
  learningRate: 0.1,
}));

// Weights are constants of the graph, or, of large networks, fed.
it.runIf(tensorFlow).each([2, 2 ** 20 + 2])(
  'computes the same compiled as kernel by kernel, again and again, with %i weights',
  (size) => {
    const native = nativeBackend();
    if (native === null) throw new Error('The native engine is not the one in use.');
    const weight = tf
      .buffer(
        [size],
        'float32',
        Float32Array.from({ length: size }, (_, i) => i - 2),
      )
      .toTensor();
    const before = tf.memory().numTensors;
    const ascents = [new EagerAscent(plan(weight)), new CompiledAscent(native, plan(weight))];
    const values = Float32Array.of(1, -1, 0.5, 2, -0.25, 0.75);
    const given = Float32Array.of(1, 2, 3, 4);
    const runs = ascents.flatMap((ascent) =>
      // The second run must not remember the first one's moments.
      [1, 2].map(() => {
        ascent.start(values, given);
        const objectives = moves.flatMap((move) => [...ascent.step(move)]);
        return [...objectives, ...ascent.values()];
      }),
    );
    for (const run of runs.slice(1)) {
      run.forEach((value, index) => {
        const expected = runs[0]?.[index] as number;
        expect(Math.abs(value - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
      });
    }
    for (const ascent of ascents) ascent.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(runs[0]?.slice(-6)).not.toEqual([...values]);
  },
);

/** The ascent of images through a convolution, whose gradient on few channels is computed in another way. */
function convolution(kernel: tf.Tensor4D, padding: 'same' | 'valid', strides: number): AscentPlan {
  const [, , channels] = kernel.shape;
  return {
    shape: [2, 7, 6, channels],
    givenShape: [1],
    rows: 1,
    columns: 1,
    weights: [kernel],
    within: scoped,
    step: ({ values }) => {
      const objective = (images: tf.Tensor) =>
        tf
          .conv2d(images as tf.Tensor4D, kernel, strides, padding)
          .square()
          .mean([1, 2, 3]);
      return {
        gradient: tf.grad((images) => objective(images).sum())(values),
        objectives: objective(values) as tf.Tensor1D,
      };
    },
  };
}

it.runIf(tensorFlow).each([
  [[3, 3, 1, 8], 'valid', 1],
  [[3, 2, 3, 5], 'valid', 1],
  [[3, 3, 3, 4], 'same', 1],
  [[4, 2, 1, 4], 'same', 1],
  [[3, 3, 1, 4], 'same', 2],
  [[3, 3, 6, 4], 'valid', 1],
] as const)('has the gradient of a convolution %j, %s, of stride %i', (shape, padding, strides) => {
  const native = nativeBackend();
  if (native === null) throw new Error('The native engine is not the one in use.');
  const kernel = tf.randomNormal([...shape], 0, 1, 'float32', 4) as tf.Tensor4D;
  const made = convolution(kernel, padding, strides);
  const values = tf.tidy(() => tf.randomNormal([...made.shape], 0, 1, 'float32', 5).dataSync<'float32'>());
  const after = [new EagerAscent(made), new CompiledAscent(native, made)].map((ascent) => {
    ascent.start(values, Float32Array.of(0));
    for (const move of moves) ascent.step({ ...move, rows: Int32Array.of(0), columns: Int32Array.of(0) });
    const moved = ascent.values();
    ascent.dispose();
    return moved;
  });
  after[1]?.forEach((value, index) => {
    expect(value).toBeCloseTo(after[0]?.[index] as number, 4);
  });
  kernel.dispose();
});

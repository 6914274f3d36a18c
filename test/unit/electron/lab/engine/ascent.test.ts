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
        tf.gather(all, rows).mul(weight).square().mul(given).mul(reach).sum(1).add(columns.toFloat());
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

it.runIf(tensorFlow)('computes the same compiled as kernel by kernel, again and again', () => {
  const native = nativeBackend();
  if (native === null) throw new Error('The native engine is not the one in use.');
  const weight = tf.tensor1d([0.5, -2]);
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
});

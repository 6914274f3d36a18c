import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../../../../electron/lab/engine/compiled/graph';
import { CannotCompile, importTrace } from '../../../../../../electron/lab/engine/compiled/import-trace';
import { Session } from '../../../../../../electron/lab/engine/compiled/session';
import { nativeId, trace } from '../../../../../../electron/lab/engine/compiled/trace';
import { DataType, nativeBackend, type NativeBackend } from '../../../../../../electron/lab/engine/native';
import { hasTensorFlow } from '../steps';

describe.runIf(await hasTensorFlow())('a traced computation', () => {
  const backend = nativeBackend() as NativeBackend;

  /** Compiles a function of one tensor, given a value to trace it with. */
  function compile(x: tf.Tensor, compute: (x: tf.Tensor) => tf.Tensor): (values: number[]) => number[] {
    const graph = new GraphBuilder(backend.binding);
    const input = graph.placeholder('x', DataType.float, x.shape);
    const known = new Map([
      [nativeId(backend, x), { output: input, shape: x.shape, dtype: DataType.float as number }],
    ]);
    const { result, ...traced } = trace(backend, () => compute(x));
    const output = importTrace(graph, backend.binding, 'f', traced, known)(nativeId(backend, result));
    const session = new Session(backend.binding, graph.nodes);
    return (values) => {
      const feed = { dtype: DataType.float, shape: x.shape, data: Float32Array.from(values) };
      return Array.from(session.run({ [input]: feed }, [output])[0] ?? []);
    };
  }

  it('is computed again from other inputs', () => {
    const f = compile(tf.tensor1d([0, 0]), (x) =>
      x
        .square()
        .add(tf.tensor1d([1, 2]))
        .mul(2),
    );
    expect(f([3, 4])).toEqual([20, 36]);
    expect(f([-1, 0])).toEqual([4, 4]);
  });

  it('adds a vector to maps, and sums all but the channels, as it was written', () => {
    const bias = compile(tf.zeros([2, 1, 1, 2]), (x) => x.add(tf.tensor1d([10, 20])));
    expect(bias([1, 2, 3, 4])).toEqual([11, 22, 13, 24]);
    const sum = compile(tf.zeros([2, 1, 1, 2]), (x) => x.sum([0, 1, 2]));
    expect(sum([1, 2, 3, 4])).toEqual([4, 6]);
    const kept = compile(tf.zeros([2, 1, 1, 2]), (x) => x.sum([0, 1, 2], true).add(tf.zeros([2, 1, 1, 2])));
    expect(kept([1, 2, 3, 4])).toEqual([4, 6, 4, 6]);
  });

  it('is refused where it uses a tensor that may change behind its back', () => {
    const outside = tf.tensor1d([1, 2]).square();
    expect(() => compile(tf.tensor1d([0, 0]), (x) => x.add(outside))).toThrow(CannotCompile);
  });

  it('leaves the engine as it was, also when it fails', () => {
    const binding = backend.binding;
    expect(() =>
      trace(backend, () => {
        throw new Error('failed');
      }),
    ).toThrow('failed');
    expect(backend.binding).toBe(binding);
  });
});

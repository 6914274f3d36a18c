import * as tf from '@tensorflow/tfjs';
import { derivedSeed } from '#shared/random';
import { attributes, DataType, nativeBackend } from './native';

/**
 * Random numbers that depend on a seed, the step and who draws them, and on nothing else: a step that is repeated
 * after a resume draws the same ones, whether it is eager or compiled. On TensorFlow they come from its stateless
 * random operations (Salmon et al. 2011, Philox), whose step may be a tensor that a compiled step is fed.
 */
export class Noise {
  readonly #seed: number;
  #step: tf.Scalar | null = null;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Runs a computation that draws the noise of one step, an int32 scalar. */
  during<T>(step: tf.Scalar, compute: () => T): T {
    this.#step = step;
    try {
      return compute();
    } finally {
      this.#step = null;
    }
  }

  /** Uniform in [0, 1). `stream` tells apart those who draw in the same step. */
  uniform(shape: readonly number[], stream: number): tf.Tensor {
    return this.#draw('StatelessRandomUniform', shape, stream, (seed) =>
      tf.randomUniform([...shape], 0, 1, 'float32', seed),
    );
  }

  /** Normal with mean 0 and standard deviation 1. */
  normal(shape: readonly number[], stream: number): tf.Tensor {
    return this.#draw('StatelessRandomNormal', shape, stream, (seed) =>
      tf.randomNormal([...shape], 0, 1, 'float32', seed),
    );
  }

  #draw(
    op: string,
    shape: readonly number[],
    stream: number,
    inJavaScript: (seed: number) => tf.Tensor,
  ): tf.Tensor {
    const step = this.#step;
    if (step === null) throw new Error('Noise was drawn outside of a training step.');
    const native = nativeBackend();
    if (native === null) return inJavaScript(derivedSeed(this.#seed, stream, step.dataSync()[0] ?? 0));
    const key = tf.scalar(derivedSeed(this.#seed, stream) | 0, 'int32');
    const types = attributes(native, {
      types: { dtype: DataType.float, T: DataType.int32, Tseed: DataType.int32 },
    });
    const inputs = [tf.tensor1d([...shape], 'int32'), tf.stack([key, step])];
    return native.executeMultipleOutputs(op, types, inputs, 1)[0] as tf.Tensor;
  }
}

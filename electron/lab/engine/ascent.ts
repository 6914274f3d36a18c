import * as tf from '@tensorflow/tfjs';
import type { OptimizerSpec } from '#shared/spec';
import { EagerOptimizer } from './eager-optimizer';
import { scoped } from './scope';

/** Adam as Kingma and Ba (2015) advise; the rate is given step by step. */
export const ascentOptimizer: Extract<OptimizerSpec, { kind: 'adam' }> = {
  kind: 'adam',
  learningRate: 0.001,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** What a step of an ascent is computed from, as tensors. */
export interface AscentTensors {
  /** What is changed step by step. */
  readonly values: tf.Tensor;
  /** What stays for the whole ascent. */
  readonly given: tf.Tensor;
  /** int32. */
  readonly rows: tf.Tensor1D;
  /** int32. */
  readonly columns: tf.Tensor1D;
  readonly reach: tf.Scalar;
}

export interface AscentPlan {
  readonly shape: readonly number[];
  readonly givenShape: readonly number[];
  readonly rows: number;
  readonly columns: number;
  /** What `step` reads besides its arguments. */
  readonly weights: readonly tf.Tensor[];
  /**
   * What the values move against, and one number for each thing that is ascended. Tensors that it makes must be made
   * inside of it, so that a trace sees where they come from.
   */
  step(inputs: AscentTensors): { readonly gradient: tf.Tensor; readonly objectives: tf.Tensor1D };
  /** Runs a computation in a scope and with the weights of the moment that the ascent is about. */
  within<T>(compute: () => T): T;
}

/** What changes from step to step beside the values. */
export interface AscentMove {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly reach: number;
  readonly learningRate: number;
}

/** Many ascents side by side, as one tensor that Adam moves step by step. */
export interface Ascent {
  readonly kind: 'eager' | 'compiled';
  /** Begins anew from these values. */
  start(values: Float32Array, given: Float32Array): void;
  /** @returns the objectives before the step */
  step(move: AscentMove): Float32Array;
  values(): Float32Array;
  dispose(): void;
}

/** An ascent kernel by kernel, on any engine. */
export class EagerAscent implements Ascent {
  readonly kind = 'eager';
  readonly #plan: AscentPlan;
  readonly #values: tf.Variable;
  readonly #given: tf.Variable;
  #optimizer: EagerOptimizer | null = null;
  #step = 0;

  constructor(plan: AscentPlan) {
    this.#plan = plan;
    const variable = (shape: readonly number[]) =>
      tf.tidy(() => tf.variable(tf.zeros([...shape]), false)) as tf.Variable;
    this.#values = variable(plan.shape);
    this.#given = variable(plan.givenShape);
  }

  start(values: Float32Array, given: Float32Array): void {
    this.#optimizer?.dispose();
    scoped(() => {
      this.#values.assign(tf.tensor(values.slice(), [...this.#plan.shape]));
      this.#given.assign(tf.tensor(given.slice(), [...this.#plan.givenShape]));
    });
    this.#optimizer = new EagerOptimizer(ascentOptimizer, [{ name: 'values', variable: this.#values }]);
    this.#step = 0;
  }

  step({ rows, columns, reach, learningRate }: AscentMove): Float32Array {
    this.#step++;
    return this.#plan.within(() => {
      const { gradient, objectives } = this.#plan.step({
        values: this.#values,
        given: this.#given,
        rows: tf.tensor1d(rows, 'int32'),
        columns: tf.tensor1d(columns, 'int32'),
        reach: tf.scalar(reach),
      });
      const before = objectives.dataSync<'float32'>();
      this.#optimizer?.apply({ [this.#values.name]: gradient }, learningRate, this.#step);
      return before;
    });
  }

  values(): Float32Array {
    return this.#values.dataSync<'float32'>();
  }

  dispose(): void {
    this.#optimizer?.dispose();
    tf.dispose([this.#values, this.#given]);
  }
}

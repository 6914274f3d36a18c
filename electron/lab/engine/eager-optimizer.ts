import * as tf from '@tensorflow/tfjs';
import type { OptimizerSpec } from '#shared/spec';
import type { NamedTensor } from '#shared/tensors';
import { fitting, namedTensor } from './named-tensors';
import { updateRule, type UpdateRule } from './optimizers';

/** A variable as its layer knows it. */
export interface NamedVariable {
  /** For example `conv2d/kernel`. */
  readonly name: string;
  readonly variable: tf.Variable;
}

/** Applies an update rule to variables kernel by kernel, and keeps its slots. */
export class EagerOptimizer {
  readonly #rule: UpdateRule;
  readonly #variables: readonly NamedVariable[];
  /** For every variable its slots, in the order of the rule. */
  readonly #slots: readonly (readonly NamedVariable[])[];

  constructor(spec: OptimizerSpec, variables: readonly NamedVariable[]) {
    this.#rule = updateRule(spec);
    this.#variables = variables;
    this.#slots = variables.map(({ name, variable }) =>
      this.#rule.slots.map((slot) => ({
        name: `${name}/${slot.name}`,
        variable: tf.tidy(() => tf.variable(tf.fill(variable.shape, slot.initial), false)),
      })),
    );
  }

  /** `gradients` are keyed by the variables' own names. `step` counts from 1. */
  apply(gradients: tf.NamedTensorMap, learningRate: number, step: number): void {
    tf.tidy(() => {
      this.#variables.forEach(({ variable }, index) => {
        const gradient = gradients[variable.name];
        // The loss does not depend on it.
        if (gradient === undefined) return;
        const slots = (this.#slots[index] ?? []).map((slot) => slot.variable);
        const updated = this.#rule.update({ value: variable, gradient, slots, learningRate, step });
        variable.assign(updated.value);
        slots.forEach((slot, position) => slot.assign(updated.slots[position] as tf.Tensor));
      });
    });
  }

  state(): readonly NamedTensor[] {
    return this.#slots.flat().map(({ name, variable }) => namedTensor(name, variable));
  }

  restore(state: readonly NamedTensor[]): void {
    const slots = this.#slots.flat();
    const fitted = fitting(
      slots.map(({ name, variable }) => ({ name, shape: variable.shape })),
      state,
    );
    tf.tidy(() => {
      slots.forEach(({ variable }, index) => {
        const { values, shape } = fitted[index] as NamedTensor;
        variable.assign(tf.tensor(values.slice(), [...shape]));
      });
    });
  }

  dispose(): void {
    tf.dispose(this.#slots.flat().map(({ variable }) => variable));
  }
}

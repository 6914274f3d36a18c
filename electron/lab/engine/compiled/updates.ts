import type { OptimizerSpec } from '#shared/spec';
import { DataType } from '../native';
import type { GraphBuilder, Output } from './graph';
import { addScratch } from './variables';

export interface UpdateInputs {
  /** Names the new nodes. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly variable: Output;
  /** Handles, in the order of the optimizer's update rule. */
  readonly slots: readonly Output[];
  readonly gradient: Output;
  readonly learningRate: Output;
  /** A float, counted from 1. */
  readonly step: Output;
  /** What must have read the variable before it is changed. */
  readonly after: readonly Output[];
}

export interface Update {
  readonly update: Output;
  /** What must have run once before the first update. */
  readonly preparations: readonly Output[];
}

const float = { type: DataType.float };

/**
 * An optimizer's update of one variable as one of TensorFlow's own kernels
 * (tensorflow/core/kernels/training_ops.cc), with the meaning of `updateRule`.
 */
export function addUpdate(graph: GraphBuilder, spec: OptimizerSpec, inputs: UpdateInputs): Update {
  const { name, variable, slots, gradient, learningRate, after } = inputs;
  const apply = (
    op: string,
    from: readonly Output[],
    flags: Readonly<Record<string, { b: boolean }>> = {},
  ): Update => ({
    update: graph.add(
      `${name}/update`,
      op,
      { from: [variable, ...slots, ...from], after },
      { T: float, ...flags },
    ),
    preparations: [],
  });
  const number = (value: number): Output => graph.float(value);
  switch (spec.kind) {
    case 'sgd':
      return spec.momentum === 0
        ? apply('ResourceApplyGradientDescent', [learningRate, gradient])
        : apply('ResourceApplyKerasMomentum', [learningRate, gradient, number(spec.momentum)], {
            use_nesterov: { b: spec.nesterov },
          });
    case 'rmsprop':
      return rmsprop(graph, spec, inputs);
    case 'adam':
      return apply('ResourceApplyAdam', [
        power(graph, spec.beta1, inputs.step),
        power(graph, spec.beta2, inputs.step),
        learningRate,
        number(spec.beta1),
        number(spec.beta2),
        number(spec.epsilon),
        gradient,
      ]);
    case 'adagrad':
      return apply('ResourceApplyAdagrad', [learningRate, gradient], { update_slots: { b: true } });
    case 'adadelta':
      return apply('ResourceApplyAdadelta', [learningRate, number(spec.rho), number(spec.epsilon), gradient]);
    case 'adamax':
      return apply('ResourceApplyAdaMax', [
        power(graph, spec.beta1, inputs.step),
        learningRate,
        number(spec.beta1),
        number(spec.beta2),
        number(spec.epsilon),
        gradient,
      ]);
  }
}

/** The kernel always keeps the last change; without momentum nobody needs it. */
function rmsprop(
  graph: GraphBuilder,
  { rho, momentum, epsilon }: Extract<OptimizerSpec, { kind: 'rmsprop' }>,
  { name, shape, variable, slots, gradient, learningRate, after }: UpdateInputs,
): Update {
  const scratch =
    momentum === 0 ? addScratch(graph, { name: `${name}/change`, dtype: DataType.float, shape }) : null;
  const numbers = [rho, momentum, epsilon].map((value) => graph.float(value));
  const handles = scratch === null ? slots : [...slots, scratch.handle];
  return {
    update: graph.add(
      `${name}/update`,
      'ResourceApplyRMSProp',
      { from: [variable, ...handles, learningRate, ...numbers, gradient], after },
      { T: float },
    ),
    preparations: scratch === null ? [] : [scratch.write],
  };
}

function power(graph: GraphBuilder, base: number, step: Output): Output {
  return graph.add('power', 'Pow', { from: [graph.float(base), step] }, { T: float });
}

import type * as tf from '@tensorflow/tfjs';
import type { OptimizerSpec } from '#shared/spec';

/** One variable's part in an update. */
export interface UpdateArguments {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly slots: readonly tf.Tensor[];
  readonly learningRate: number;
  /** Counted from 1. */
  readonly step: number;
}

/** How an optimizer changes a variable and what it remembers of it between steps. */
export interface UpdateRule {
  readonly slots: readonly Slot[];
  /** The new value, and the new slots in the order of `slots`. */
  update(from: UpdateArguments): { readonly value: tf.Tensor; readonly slots: readonly tf.Tensor[] };
}

export interface Slot {
  readonly name: string;
  readonly initial: number;
}

const zero = (name: string): Slot => ({ name, initial: 0 });

/** Keras's default for the accumulators of Adagrad. */
const initialAccumulator = 0.1;

/**
 * The rules of Keras 3 (keras/src/optimizers), which those of TensorFlow.js differ from: there epsilon stands
 * elsewhere (Adam, Adagrad), the learning rate is fixed, and momentum does not remember it.
 */
export function updateRule(spec: OptimizerSpec): UpdateRule {
  switch (spec.kind) {
    case 'sgd':
      return spec.momentum === 0 ? gradientDescent : momentum(spec);
    case 'rmsprop':
      return spec.momentum === 0 ? rmsprop(spec) : rmspropWithMomentum(spec);
    case 'adam':
      return adam(spec);
    case 'adagrad':
      return adagrad(spec);
    case 'adadelta':
      return adadelta(spec);
    case 'adamax':
      return adamax(spec);
  }
}

type Spec<Kind extends OptimizerSpec['kind']> = Extract<OptimizerSpec, { kind: Kind }>;

const gradientDescent: UpdateRule = {
  slots: [],
  update: ({ value, gradient, learningRate }) => ({
    value: value.sub(gradient.mul(learningRate)),
    slots: [],
  }),
};

function momentum({ momentum: share, nesterov }: Spec<'sgd'>): UpdateRule {
  return {
    slots: [zero('momentum')],
    update: ({ value, gradient, slots: [old], learningRate }) => {
      const descent = gradient.mul(learningRate);
      const moved = present(old).mul(share).sub(descent);
      return { value: value.add(nesterov ? moved.mul(share).sub(descent) : moved), slots: [moved] };
    },
  };
}

function rmsprop({ rho, epsilon }: Spec<'rmsprop'>): UpdateRule {
  return {
    slots: [zero('velocity')],
    update: ({ value, gradient, slots: [old], learningRate }) => {
      const velocity = movingAverage(present(old), gradient.square(), rho);
      return {
        value: value.sub(gradient.mul(learningRate).div(velocity.add(epsilon).sqrt())),
        slots: [velocity],
      };
    },
  };
}

function rmspropWithMomentum({ rho, epsilon, momentum: share }: Spec<'rmsprop'>): UpdateRule {
  return {
    slots: [zero('velocity'), zero('momentum')],
    update: ({ value, gradient, slots: [oldVelocity, oldMomentum], learningRate }) => {
      const velocity = movingAverage(present(oldVelocity), gradient.square(), rho);
      const increment = gradient.mul(learningRate).div(velocity.add(epsilon).sqrt());
      const moved = present(oldMomentum).mul(share).add(increment);
      return { value: value.sub(moved), slots: [velocity, moved] };
    },
  };
}

function adam({ beta1, beta2, epsilon }: Spec<'adam'>): UpdateRule {
  return {
    slots: [zero('momentum'), zero('velocity')],
    update: ({ value, gradient, slots: [oldMomentum, oldVelocity], learningRate, step }) => {
      const mean = movingAverage(present(oldMomentum), gradient, beta1);
      const square = movingAverage(present(oldVelocity), gradient.square(), beta2);
      const rate = (learningRate * Math.sqrt(remainder(beta2, step))) / remainder(beta1, step);
      return { value: value.sub(mean.mul(rate).div(square.sqrt().add(epsilon))), slots: [mean, square] };
    },
  };
}

/** Keras adds epsilon to the accumulator before every root; here the accumulator begins with it. */
function adagrad({ epsilon }: Spec<'adagrad'>): UpdateRule {
  return {
    slots: [{ name: 'accumulator', initial: initialAccumulator + epsilon }],
    update: ({ value, gradient, slots: [old], learningRate }) => {
      const accumulator = present(old).add(gradient.square());
      return {
        value: value.sub(gradient.mul(learningRate).div(accumulator.sqrt())),
        slots: [accumulator],
      };
    },
  };
}

function adadelta({ rho, epsilon }: Spec<'adadelta'>): UpdateRule {
  const rootMeanSquare = (square: tf.Tensor): tf.Tensor => square.add(epsilon).sqrt();
  return {
    slots: [zero('accumulated_grad'), zero('accumulated_delta_var')],
    update: ({ value, gradient, slots: [oldSquares, oldChanges], learningRate }) => {
      const squares = movingAverage(present(oldSquares), gradient.square(), rho);
      const change = rootMeanSquare(present(oldChanges)).mul(gradient).div(rootMeanSquare(squares));
      const changes = movingAverage(present(oldChanges), change.square(), rho);
      return { value: value.sub(change.mul(learningRate)), slots: [squares, changes] };
    },
  };
}

function adamax({ beta1, beta2, epsilon }: Spec<'adamax'>): UpdateRule {
  return {
    slots: [zero('momentum'), zero('norm')],
    update: ({ value, gradient, slots: [oldMomentum, oldNorm], learningRate, step }) => {
      const mean = movingAverage(present(oldMomentum), gradient, beta1);
      const norm = present(oldNorm).mul(beta2).maximum(gradient.abs());
      const rate = learningRate / remainder(beta1, step);
      return { value: value.sub(mean.mul(rate).div(norm.add(epsilon))), slots: [mean, norm] };
    },
  };
}

/** 1 - beta^step in float32, as Keras computes it: rounding 0.999 changes the first steps of Adam visibly. */
function remainder(beta: number, step: number): number {
  return Math.fround(1 - Math.fround(Math.fround(beta) ** step));
}

function movingAverage(old: tf.Tensor, next: tf.Tensor, share: number): tf.Tensor {
  return old.mul(share).add(next.mul(1 - share));
}

function present(slot: tf.Tensor | undefined): tf.Tensor {
  if (slot === undefined) throw new Error('An update rule was given fewer slots than it has.');
  return slot;
}

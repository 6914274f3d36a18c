import type { OnnxNode, Shape } from '../graph';
import type { Constant } from '../tensors';
import { flat } from './convolution';
import { Unmappable, valuesOf, type Mapped, type Mapper, type NodeMapper, type Weight } from './mapper';

/** Functions of one value, as Keras calls them (keras/src/activations), and whether they are never negative. */
const activations: Readonly<Record<string, readonly [name: string, positive: boolean]>> = {
  Relu: ['relu', true],
  Sigmoid: ['sigmoid', true],
  Tanh: ['tanh', false],
  Softplus: ['softplus', true],
  Softsign: ['softsign', false],
  HardSwish: ['hard_silu', false],
  Exp: ['exponential', true],
  Mish: ['mish', false],
};

export const activationOperations = Object.keys(activations);

export const activation: NodeMapper = (node, mapper) => {
  const [name, positive] = activations[node.op] as readonly [string, boolean];
  unary(node, mapper, 'Activation', { activation: name }, positive);
};

export const gelu: NodeMapper = (node, mapper, attributes) => {
  const exact = attributes.text('approximate', 'none') === 'none';
  unary(node, mapper, 'Activation', { activation: exact ? 'gelu' : 'gelu_new' });
};

export const hardSigmoid: NodeMapper = (node, mapper, attributes) => {
  const [alpha, beta] = [attributes.float('alpha', 0.2), attributes.float('beta', 0.5)];
  if (Math.abs(alpha - 0.2) > 1e-6 || Math.abs(beta - 0.5) > 1e-6) {
    throw new Unmappable(`rises by ${alpha}, where the layer does by 0.2`);
  }
  unary(node, mapper, 'Activation', { activation: 'hard_sigmoid' }, true);
};

export const elu: NodeMapper = (node, mapper, attributes) => {
  unary(node, mapper, 'ELU', { alpha: attributes.float('alpha', 1) });
};

export const selu: NodeMapper = (node, mapper, attributes) => {
  const [alpha, gamma] = [attributes.float('alpha', 1.6732632), attributes.float('gamma', 1.0507009)];
  if (Math.abs(alpha - 1.6732632) > 1e-4 || Math.abs(gamma - 1.0507009) > 1e-4) {
    throw new Unmappable('has other constants than the layer');
  }
  unary(node, mapper, 'Activation', { activation: 'selu' });
};

export const leakyRelu: NodeMapper = (node, mapper, attributes) => {
  unary(node, mapper, 'LeakyReLU', { alpha: attributes.float('alpha', 0.01) });
};

export const parametricRelu: NodeMapper = (node, mapper) => {
  const slope = mapper.constant(node, 1);
  const { shape } = mapper.tensor(node, 0);
  const channels = shape[1] ?? null;
  if (slope === null || channels === null) throw new Unmappable('has no slope that is known');
  const shared = shape.slice(2).map((_, axis) => axis + 2);
  const alpha = { ...flat(slope, channels), shape: [channels, ...shared.map(() => 1)] };
  mapper.layer(node, [mapper.tensor(node, 0)], {
    className: 'PReLU',
    config: { shared_axes: shared.length === 0 ? null : shared },
    weights: { alpha },
    shape,
  });
};

/** Only what a ReLU does: nothing below zero, and perhaps a largest value. */
export const clip: NodeMapper = (node, mapper, attributes) => {
  const lowest = bound(node, mapper, 1, attributes.has('min') ? attributes.float('min', 0) : null);
  const highest = bound(node, mapper, 2, attributes.has('max') ? attributes.float('max', 0) : null);
  if (lowest !== 0 || (highest !== null && highest < 0)) throw new Unmappable('clips elsewhere than a ReLU');
  unary(node, mapper, 'ReLU', highest === null || highest > 1e30 ? {} : { max_value: highest }, true);
};

function bound(node: OnnxNode, mapper: Mapper, index: number, written: number | null): number | null {
  return written ?? mapper.constant(node, index)?.values[0] ?? null;
}

export const softmax: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const { shape } = input;
  const today = mapper.graph.opset >= 13;
  const written = attributes.integer('axis', today ? -1 : 1);
  const axis = written < 0 ? written + shape.length : written;
  const isLast = axis === shape.length - 1;
  // Over channels of maps of one value; before version 13 all axes from the given one on were taken together.
  const overAll = axis === 1 && (!today || shape.slice(2).every((size) => size === 1));
  if (axis < 1 || (!isLast && !overAll)) throw new Unmappable('goes over an axis that is not the last');
  const flat = [null, valuesOf(shape)];
  const from = isLast
    ? input
    : mapper.layer(node, [input], { className: 'Flatten', shape: flat, before: 'flat' });
  mapper.layer(node, [from], {
    className: 'Activation',
    config: { activation: 'softmax' },
    shape: from.shape,
    positive: true,
  });
};

export const batchNormalization: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const channels = input.shape[1] ?? null;
  if (channels === null || input.shape.length > 4) {
    throw new Unmappable('normalises what the layer does not');
  }
  if (attributes.integer('training_mode', 0) !== 0 || attributes.integer('spatial', 1) !== 1) {
    throw new Unmappable('normalises otherwise than the layer does');
  }
  const names = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
  const weights = names.map((name, index) => {
    const constant = mapper.constant(node, index + 1);
    if (constant === null) throw new Unmappable(`lacks its ${name}`);
    return [name, flat(constant, channels)] as const;
  });
  mapper.layer(node, [input], {
    className: 'BatchNormalization',
    config: {
      axis: 1,
      epsilon: attributes.float('epsilon', 1e-5),
      momentum: attributes.float('momentum', 0.9),
    },
    weights: Object.fromEntries(weights),
    shape: input.shape,
  });
};

export const dropout: NodeMapper = (node, mapper, attributes) => {
  if (node.outputs.slice(1).some((name) => name !== '' && mapper.users(name).length > 0)) {
    throw new Unmappable('gives its mask too');
  }
  const ratio = mapper.constant(node, 1)?.values[0] ?? attributes.float('ratio', 0.5);
  const { positive } = mapper.tensor(node, 0);
  unary(node, mapper, 'Dropout', { rate: Math.min(1, Math.max(0, ratio)) }, positive);
};

const mergings: Readonly<Record<string, string>> = {
  Add: 'Add',
  Sum: 'Add',
  Mul: 'Multiply',
  Sub: 'Subtract',
  Max: 'Maximum',
  Min: 'Minimum',
  Mean: 'Average',
};

export const mergingOperations = Object.keys(mergings);

export const merging: NodeMapper = (node, mapper) => {
  const constants = node.inputs.filter((name) => mapper.value(name).kind === 'constant');
  if (constants.length > 0) return scaling(node, mapper);
  const inputs = node.inputs.map((_, index) => mapper.tensor(node, index));
  if (inputs.length < 2) throw new Unmappable('merges a single input');
  const alike = inputs.every(({ shape }) => shape.join() === inputs[0]?.shape.join());
  const className = mergings[node.op] as string;
  // The layers for differences and means take inputs of one shape.
  if (!alike && (inputs.length > 2 || className === 'Subtract' || className === 'Average')) {
    throw new Unmappable('merges inputs of different shapes');
  }
  mapper.layer(node, inputs, {
    className,
    shape: inputs.reduce<Shape>((shape, input) => broadcast(shape, input.shape), inputs[0]?.shape ?? []),
    positive: className !== 'Subtract' && inputs.every(({ positive }) => positive),
  });
};

function broadcast(one: Shape, other: Shape): Shape {
  if (one.length !== other.length) throw new Unmappable('merges inputs of different numbers of axes');
  return one.map((size, axis) => {
    const second = other[axis] as number | null;
    if (size === second || second === 1) return size;
    if (size === 1) return second;
    throw new Unmappable('merges inputs of different shapes');
  });
}

export const division: NodeMapper = (node, mapper) => scaling(node, mapper);

/** A constant added, subtracted, multiplied or divided by: how inputs are brought to their range. */
function scaling(node: OnnxNode, mapper: Mapper): void {
  const [first, second] = node.inputs.map((name) => mapper.value(name));
  const [input, other, turned] =
    first?.kind === 'mapped' ? [first, second, false] : [second as Mapped | undefined, first, true];
  if (node.inputs.length !== 2 || input?.kind !== 'mapped' || other?.kind !== 'constant') {
    throw new Unmappable('computes on constants');
  }
  const { constant } = other;
  const effect = affine(node.op, turned);
  if (constant.values.length > 1) return scaleChannels(node, mapper, input, constant, effect);
  const { scale, offset } = effect(constant.values[0] ?? NaN);
  if (![scale, offset].every(Number.isFinite)) throw new Unmappable('computes with numbers that are none');
  mapper.layer(node, [input], { className: 'Rescaling', config: { scale, offset }, shape: input.shape });
}

type Effect = (value: number) => { readonly scale: number; readonly offset: number };

function affine(op: string, turned: boolean): Effect {
  if (op === 'Add') return (value) => ({ scale: 1, offset: value });
  if (op === 'Mul') return (value) => ({ scale: value, offset: 0 });
  if (op === 'Sub') return (value) => (turned ? { scale: -1, offset: value } : { scale: 1, offset: -value });
  if (op === 'Div' && !turned) return (value) => ({ scale: 1 / value, offset: 0 });
  throw new Unmappable('computes with a constant in a way that no layer does');
}

/** A constant a channel: what batch normalization does to images whose mean is 0 and whose variance is 1. */
function scaleChannels(
  node: OnnxNode,
  mapper: Mapper,
  input: Mapped,
  constant: Constant,
  effect: Effect,
): void {
  const rank = input.shape.length;
  const channels = input.shape[1] ?? null;
  const missing = new Array<number>(Math.max(0, rank - constant.shape.length)).fill(1);
  const shape = [...missing, ...constant.shape];
  const perChannel =
    shape.length === rank && shape.every((size, axis) => size === (axis === 1 ? channels : 1));
  if (!perChannel || channels === null || rank > 4) {
    throw new Unmappable('computes with constants that are not one a channel');
  }
  const { scale, offset } = effect(constant.values[0] as number);
  const counted = node.op === 'Mul' || node.op === 'Div' ? 'gamma' : 'beta';
  const weight = (name: string, of: (value: number) => number): Weight => ({
    name: constant.name,
    shape: [channels],
    read: () => constant.values.map(of),
    made: name !== counted,
  });
  const epsilon = 1e-3;
  mapper.layer(node, [input], {
    className: 'BatchNormalization',
    config: {
      axis: 1,
      epsilon,
      scale: scale !== 1 || counted === 'gamma',
      center: offset !== 0 || counted === 'beta',
    },
    weights: {
      gamma: weight('gamma', (value) => effect(value).scale),
      beta: weight('beta', (value) => effect(value).offset),
      moving_mean: weight('moving_mean', () => 0),
      moving_variance: weight('moving_variance', () => 1 - epsilon),
    },
    shape: input.shape,
  });
}

function unary(
  node: OnnxNode,
  mapper: Mapper,
  className: string,
  config: Readonly<Record<string, unknown>>,
  positive = false,
): void {
  const input = mapper.tensor(node, 0);
  mapper.layer(node, [input], { className, config, shape: input.shape, positive });
}

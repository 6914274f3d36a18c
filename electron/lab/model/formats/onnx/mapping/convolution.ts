import type { OnnxNode } from '../graph';
import type { Constant } from '../tensors';
import {
  product,
  requireMaps,
  Unmappable,
  type Mapped,
  type Mapper,
  type NodeMapper,
  type Weight,
} from './mapper';
import { windowOf, type Window } from './windows';

export const convolution: NodeMapper = (node, mapper, attributes) => {
  const weights = known(mapper.constant(node, 1), 'weights');
  const input = mapper.tensor(node, 0);
  const channels = requireMaps(input);
  const [filters = 0, perGroup = 0, ...kernel] = weights.shape;
  const groups = attributes.integer('group', 1);
  if (weights.shape.length !== 4 || filters < 1 || perGroup * groups !== channels || filters % groups !== 0) {
    throw new Unmappable('has weights that do not fit its input');
  }
  const window = windowOf(node, attributes, input.shape, kernel);
  if (window.kernel.join() !== kernel.join()) throw new Unmappable('has weights that do not fit its window');
  const bias = mapper.constant(node, 2) ?? followingBias(node, mapper, filters, 4);
  const padded = withZeros(node, mapper, input, window);
  const depthwise = groups > 1 && groups === channels && perGroup === 1;
  const config = {
    ...windowConfig(window),
    dilation_rate: window.dilations,
    use_bias: bias !== null,
    ...(depthwise ? { depth_multiplier: filters / groups } : { filters, groups }),
  };
  const kernelWeight = depthwise
    ? { depthwise_kernel: depthwiseKernel(weights, groups) }
    : { kernel: reordered(weights, [2, 3, 1, 0]) };
  mapper.layer(node, [padded], {
    className: depthwise ? 'DepthwiseConv2D' : 'Conv2D',
    config,
    weights: { ...kernelWeight, ...(bias === null ? {} : { bias: flat(bias, filters) }) },
    shape: [null, filters, ...window.gives],
  });
};

export const transposedConvolution: NodeMapper = (node, mapper, attributes) => {
  const weights = known(mapper.constant(node, 1), 'weights');
  const input = mapper.tensor(node, 0);
  const channels = requireMaps(input);
  const [inputs = 0, filters = 0, ...kernel] = weights.shape;
  const window = windowOf(node, attributes, input.shape, kernel);
  const plain =
    attributes.integer('group', 1) === 1 &&
    window.padding.kind === 'valid' &&
    !attributes.has('output_padding') &&
    !attributes.has('output_shape') &&
    window.dilations.every((rate) => rate === 1);
  if (!plain || weights.shape.length !== 4 || inputs !== channels || filters < 1) {
    throw new Unmappable('is of a kind that the layer Conv2DTranspose is not');
  }
  const bias = mapper.constant(node, 2);
  const gives = [0, 1].map((axis) => {
    const size = input.shape[axis + 2] ?? null;
    return size === null ? null : (size - 1) * (window.strides[axis] as number) + (kernel[axis] as number);
  });
  mapper.layer(node, [input], {
    className: 'Conv2DTranspose',
    config: { ...windowConfig(window), filters, use_bias: bias !== null },
    weights: {
      kernel: reordered(weights, [2, 3, 1, 0]),
      ...(bias === null ? {} : { bias: flat(bias, filters) }),
    },
    shape: [null, filters, ...gives],
  });
};

/** alpha A B + beta C. */
export const gemm: NodeMapper = (node, mapper, attributes) => {
  const [alpha, beta] = [attributes.float('alpha', 1), attributes.float('beta', 1)];
  if (attributes.integer('transA', 0) !== 0) throw new Unmappable('turns its input over');
  const weights = known(mapper.constant(node, 1), 'weights');
  const kernel = attributes.integer('transB', 0) === 0 ? weights : null;
  const bias = mapper.constant(node, 2);
  dense(node, mapper, kernel === null ? reordered(weights, [1, 0]) : asIs(kernel), bias, alpha, beta);
};

export const matMul: NodeMapper = (node, mapper) => {
  const weights = known(mapper.constant(node, 1), 'weights');
  const units = weights.shape[1] ?? 0;
  const { shape } = mapper.tensor(node, 0);
  dense(node, mapper, asIs(weights), followingBias(node, mapper, units, shape.length), 1, 1);
};

function dense(
  node: OnnxNode,
  mapper: Mapper,
  kernel: Weight,
  bias: Constant | null,
  alpha: number,
  beta: number,
): void {
  const input = mapper.tensor(node, 0);
  const [inputs = 0, units = 0] = kernel.shape;
  if (kernel.shape.length !== 2 || input.shape.length < 2 || input.shape.at(-1) !== inputs || units < 1) {
    throw new Unmappable('has weights that do not fit its input');
  }
  const offsets = bias === null ? null : flat(bias, units);
  mapper.layer(node, [input], {
    className: 'Dense',
    config: { units, use_bias: offsets !== null },
    weights: { kernel: scaled(kernel, alpha), ...(offsets === null ? {} : { bias: scaled(offsets, beta) }) },
    shape: [...input.shape.slice(0, -1), units],
  });
}

/** Zeros that no layer adds by itself get a layer of their own. */
export function withZeros(node: OnnxNode, mapper: Mapper, input: Mapped, { padding }: Window): Mapped {
  if (padding.kind !== 'explicit') return input;
  const { rows, columns } = padding;
  const [batch = null, channels = null, height = null, width = null] = input.shape;
  const grown = (size: number | null, [before, after]: readonly [number, number]) =>
    size === null ? null : size + before + after;
  return mapper.layer(node, [input], {
    className: 'ZeroPadding2D',
    config: { padding: [rows, columns], data_format: 'channels_first' },
    shape: [batch, channels, grown(height, rows), grown(width, columns)],
    positive: input.positive,
    before: 'padding',
  });
}

export function windowConfig({ kernel, strides, padding }: Window): Readonly<Record<string, unknown>> {
  return {
    kernel_size: kernel,
    strides,
    padding: padding.kind === 'same' ? 'same' : 'valid',
    data_format: 'channels_first',
  };
}

/** The bias that a following node adds, as exporters without a bias in the node itself write it. */
function followingBias(node: OnnxNode, mapper: Mapper, channels: number, rank: number): Constant | null {
  const made = node.outputs[0] ?? '';
  const user = mapper.onlyUser(made);
  if (user === null || user.op !== 'Add' || user.domain !== '' || user.inputs.length !== 2) return null;
  const other = user.inputs[0] === made ? user.inputs[1] : user.inputs[0];
  const value = other === undefined || !mapper.has(other) ? null : mapper.value(other);
  if (value?.kind !== 'constant' || value.constant.values.length !== channels) return null;
  // Aligned at the last axis; before operations of version 7 an attribute said at which.
  const shape = [
    ...new Array<number>(Math.max(0, rank - value.constant.shape.length)).fill(1),
    ...value.constant.shape,
  ];
  const axis = rank === 4 ? 1 : rank - 1;
  const old = user.attributes.has('axis') && value.constant.shape.length === 1 && rank === 4;
  if (!old && (shape.length !== rank || shape[axis] !== channels)) return null;
  mapper.takeIn(user, node);
  return value.constant;
}

function known(constant: Constant | null, what: string): Constant {
  if (constant === null) throw new Unmappable(`has no ${what}`);
  return constant;
}

export function flat({ name, values }: Constant, size: number): Weight {
  if (values.length === 1 && size > 1) {
    const [value] = values as unknown as [number];
    return { name, shape: [size], read: () => new Float32Array(size).fill(value) };
  }
  if (values.length !== size)
    throw new Unmappable(`has ${values.length} values of ${name}, where ${size} fit`);
  return { name, shape: [size], read: () => values };
}

function asIs({ name, shape, values }: Constant): Weight {
  return { name, shape, read: () => values };
}

function scaled(weight: Weight, factor: number): Weight {
  return factor === 1 ? weight : { ...weight, read: () => weight.read().map((value) => value * factor) };
}

/** [channels * multiplier, 1, rows, columns] as [rows, columns, channels, multiplier]. */
function depthwiseKernel({ name, shape, values }: Constant, channels: number): Weight {
  const [filters = 0, , ...kernel] = shape;
  const split = { name, shape: [channels, filters / channels, ...kernel], values, whole: false };
  return reordered(split, [2, 3, 0, 1]);
}

/** The same values with their axes in another order: axis i of the result is axis `order[i]`. */
export function reordered({ name, shape, values }: Constant, order: readonly number[]): Weight {
  if (shape.length !== order.length) throw new Unmappable(`has weights of ${shape.length} axes`);
  const target = order.map((axis) => shape[axis] as number);
  const steps = order.map((axis) => product(shape.slice(axis + 1)));
  return {
    name,
    shape: target,
    read: () => {
      const result = new Float32Array(values.length);
      const index = target.map(() => 0);
      let from = 0;
      for (let to = 0; to < result.length; to++) {
        result[to] = values[from] as number;
        for (let axis = target.length - 1; axis >= 0; axis--) {
          from += steps[axis] as number;
          index[axis] = (index[axis] as number) + 1;
          if (index[axis] !== target[axis]) break;
          from -= (steps[axis] as number) * (target[axis] as number);
          index[axis] = 0;
        }
      }
      return result;
    },
  };
}

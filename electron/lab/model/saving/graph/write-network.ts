import type { BatchNormalization, BentRelu, LayerNormalization, Merging } from '../operations';
import { cannotHold } from '../saved-file';
import { callOf, weightOf, type SavedLayer, type SavedNetwork } from '../saved-network';
import { activate } from './activations';
import type { Binary, ConvolutionWeights, GraphTarget, GraphValue, Shape } from './target';

/** Writes a network call by call. Throws a `Refusal` that names a layer which graphs do not hold. */
export function writeNetwork<V extends GraphValue>(network: SavedNetwork, target: GraphTarget<V>): void {
  const made = new Map<SavedLayer, V[]>();
  for (const reference of network.order) {
    const { layer, call } = reference;
    const { inputs, shape } = callOf(reference);
    const values = inputs.map((input) => made.get(input.layer)?.[input.call] as V);
    target.begin(call === 0 ? layer.name : `${layer.name}-${String(call)}`);
    const results = made.get(layer) ?? [];
    made.set(layer, results);
    results[call] = writeCall(layer, values, shape, target);
  }
  for (const { layer, call } of network.outputs) target.output(made.get(layer)?.[call] as V);
}

function writeCall<V extends GraphValue>(
  layer: SavedLayer,
  inputs: readonly V[],
  gives: Shape,
  target: GraphTarget<V>,
): V {
  const { operation } = layer;
  if (operation.kind === 'input') return target.input(layer.name, operation.type, gives);
  const x = inputs[0] as V;
  switch (operation.kind) {
    case 'convolution': {
      const made = target.convolution(x, operation, weightsOf(layer), gives);
      return activate(target, operation.activation, made);
    }
    case 'transposed convolution': {
      const made = target.transposedConvolution(x, operation, weightsOf(layer), gives);
      return activate(target, operation.activation, made);
    }
    case 'dense':
      return activate(target, operation.activation, target.dense(x, weightsOf(layer), gives));
    case 'pooling':
      return target.pooling(x, operation, gives);
    case 'global pooling':
      return target.globalPooling(x, operation.takes, gives);
    case 'activation':
      return activate(target, operation.activation, x);
    case 'softmax':
      return target.softmax(x, operation.axis);
    case 'relu':
      return bentRelu(target, operation, x);
    case 'leaky relu':
      return target.leakyRelu(x, operation.slope);
    case 'elu':
      return target.unary('elu', x);
    case 'thresholded relu':
      return target.where(x, 'greater', operation.theta, x, target.number(0));
    case 'parametric relu':
      return target.parametricRelu(x, target.constant(weightOf(layer, 'alpha'), x.shape.length));
    case 'batch normalization':
      return batchNormalization(target, operation, layer, x);
    case 'layer normalization':
      return layerNormalization(target, operation, layer, x);
    case 'rescaling': {
      const last = x.shape.length - 1;
      const [scale, offset] = [operation.scale, operation.offset].map((list) => spread(target, list, last));
      return target.binary('add', target.binary('multiply', x, scale as V), offset as V);
    }
    case 'normalization': {
      const last = x.shape.length - 1;
      // Keras's smallest deviation (keras.config.epsilon).
      const deviations = operation.variance.map((variance) => Math.max(Math.sqrt(variance), 1e-7));
      const centred = target.binary('subtract', x, spread(target, operation.mean, last));
      return target.binary('divide', centred, spread(target, deviations, last));
    }
    case 'flatten':
    case 'reshape':
      requireShape(layer, gives, target);
      return target.reshape(x, gives);
    case 'permute':
      return target.permute(x, [0, ...operation.axes], gives);
    case 'repeat':
      return target.repeat(x, operation.times, gives);
    case 'noise':
      return x;
    case 'merge':
      return merge(target, operation.how, inputs);
    case 'concatenate':
      return target.concatenate(inputs, operation.axis, gives);
    case 'zero padding':
      return target.zeroPadding(x, operation.margins, gives);
    case 'cropping':
      return target.cropping(x, operation.margins, gives);
    case 'up-sampling':
      return target.upSampling(x, operation.factors, operation.interpolation, gives);
    case 'resizing':
      return target.resizing(x, operation.size, operation.interpolation, gives);
    case 'tensorflow.js only':
      throw cannotHold(
        target.format,
        layer,
        `as its ${operation.className} computes in a way of TensorFlow.js's own`,
      );
  }
}

/** Without the batch, one size may be found out when the graph runs. */
function requireShape<V extends GraphValue>(layer: SavedLayer, gives: Shape, target: GraphTarget<V>): void {
  if (gives.slice(1).filter((size) => size === null).length > 1) {
    throw cannotHold(target.format, layer, 'whose shape depends on more than one size of the image');
  }
}

function weightsOf({ weights }: SavedLayer): ConvolutionWeights {
  const named = (name: string) => weights.find((weight) => weight.name === name) ?? null;
  const kernel = named('kernel') ?? named('depthwise_kernel');
  if (kernel === null) throw new Error('A layer with a kernel was described without one.');
  return { kernel, pointwise: named('pointwise_kernel'), bias: named('bias') };
}

function bentRelu<V extends GraphValue>(
  target: GraphTarget<V>,
  { maxValue, slope, threshold }: BentRelu,
  x: V,
): V {
  if (slope === 0 && threshold === 0) {
    return maxValue === null ? target.unary('relu', x) : target.clip(x, 0, maxValue);
  }
  const below = target.binary(
    'multiply',
    target.binary('subtract', x, target.number(threshold)),
    target.number(slope),
  );
  const bent = target.where(x, 'greater or equal', threshold, x, below);
  return maxValue === null ? bent : target.binary('minimum', bent, target.number(maxValue));
}

/** A value a channel, or one for all. */
function spread<V extends GraphValue>(target: GraphTarget<V>, list: readonly number[], last: number): V {
  const [first = 0] = list;
  return list.length === 1 ? target.number(first) : target.along(list, last, last + 1);
}

function batchNormalization<V extends GraphValue>(
  target: GraphTarget<V>,
  { axis, epsilon, center, scale }: BatchNormalization,
  layer: SavedLayer,
  x: V,
): V {
  const { values: mean } = weightOf(layer, 'moving_mean');
  const { values: variance } = weightOf(layer, 'moving_variance');
  const gamma = scale ? weightOf(layer, 'gamma').values : new Float32Array(mean.length).fill(1);
  const beta = center ? weightOf(layer, 'beta').values : new Float32Array(mean.length);
  const rank = x.shape.length;
  if (axis === rank - 1 && rank === 4) {
    return target.batchNormalization(x, { gamma, beta, mean, variance, epsilon });
  }
  // Elsewhere as one factor and one offset a channel.
  const factors = Array.from(gamma, (value, at) => value / Math.sqrt((variance[at] as number) + epsilon));
  const offsets = factors.map((factor, at) => (beta[at] as number) - factor * (mean[at] as number));
  const scaled = target.binary('multiply', x, target.along(factors, axis, rank));
  return target.binary('add', scaled, target.along(offsets, axis, rank));
}

function layerNormalization<V extends GraphValue>(
  target: GraphTarget<V>,
  { axes, epsilon, center, scale }: LayerNormalization,
  layer: SavedLayer,
  x: V,
): V {
  const rank = x.shape.length;
  const centred = target.binary('subtract', x, target.mean(x, axes));
  const variance = target.mean(target.binary('multiply', centred, centred), axes);
  const deviation = target.unary('square root', target.binary('add', variance, target.number(epsilon)));
  const normal = target.binary('divide', centred, deviation);
  const shaped = (name: string): V => {
    const weight = weightOf(layer, name);
    const sizes = x.shape.map((size, axis) => (axes.includes(axis) ? (size ?? 1) : 1));
    return target.constant({ ...weight, shape: sizes.slice(1) }, rank);
  };
  const scaled = scale ? target.binary('multiply', normal, shaped('gamma')) : normal;
  return center ? target.binary('add', scaled, shaped('beta')) : scaled;
}

const mergings: Readonly<Record<Merging, Binary>> = {
  Add: 'add',
  Average: 'add',
  Multiply: 'multiply',
  Maximum: 'maximum',
  Minimum: 'minimum',
  Subtract: 'subtract',
};

function merge<V extends GraphValue>(target: GraphTarget<V>, how: Merging, inputs: readonly V[]): V {
  const merged = inputs.reduce((one, other) => target.binary(mergings[how], one, other));
  return how === 'Average' ? target.binary('multiply', merged, target.number(1 / inputs.length)) : merged;
}

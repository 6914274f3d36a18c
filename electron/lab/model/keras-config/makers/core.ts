import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { activationLayer, activationOf, splitActivation } from '../activations';
import { axis, count, dataFormat, fieldsOf } from '../fields';
import { MalformedLayer } from '../layer-faults';
import { axisHere, elementwise, inFileOrder, type Maker } from '../made-layer';
import { BentRelu } from '../own-layers/element-function';
import { regularizerOf } from '../regularizer';

const share = z.number().min(0).max(1);

export const dense: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    units: count,
    activation: z.unknown().optional(),
    use_bias: z.boolean().default(true),
    kernel_regularizer: z.unknown().optional(),
    bias_regularizer: z.unknown().optional(),
  });
  const { inside, after } = splitActivation(
    activationOf(fields.activation, context.generation),
    context.name,
  );
  const kernelRegularizer = regularizerOf(fields.kernel_regularizer);
  const biasRegularizer = regularizerOf(fields.bias_regularizer);
  const made = tf.layers.dense({
    name: context.name,
    units: fields.units,
    activation: inside,
    useBias: fields.use_bias,
    ...(kernelRegularizer === undefined ? {} : { kernelRegularizer }),
    ...(biasRegularizer === undefined ? {} : { biasRegularizer }),
  });
  return { layer: made, after, layout: inFileOrder };
};

export const activation: Maker = (layer, context) => {
  const { activation: written } = fieldsOf(layer, { activation: z.unknown().optional() });
  const found = activationOf(written, context.generation);
  // Of softmax the last axis of the file counts.
  const overAxis = found.kind === 'built in' && found.identifier === 'softmax';
  return {
    layer: activationLayer(found, context.name),
    after: [],
    layout: overAxis ? inFileOrder : elementwise,
  };
};

export const softmax: Maker = (layer, context) => {
  const fields = fieldsOf(layer, { axis: axis.default(-1) });
  const made = tf.layers.softmax({ name: context.name, axis: axisHere(fields.axis, context) });
  return { layer: made, after: [], layout: elementwise };
};

export const relu: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    max_value: z.number().min(0).nullish(),
    negative_slope: z.union([z.number(), z.array(z.number()).length(1)]).nullish(),
    threshold: z.union([z.number(), z.array(z.number()).length(1)]).nullish(),
  });
  const maxValue = fields.max_value ?? null;
  const negativeSlope = single(fields.negative_slope);
  const threshold = single(fields.threshold);
  const made =
    negativeSlope === 0 && threshold === 0
      ? tf.layers.reLU(maxValue === null ? { name: context.name } : { name: context.name, maxValue })
      : new BentRelu({ name: context.name, maxValue, negativeSlope, threshold });
  return { layer: made, after: [], layout: elementwise };
};

function single(value: number | readonly number[] | null | undefined): number {
  return (typeof value === 'object' ? value?.[0] : value) ?? 0;
}

export const leakyRelu: Maker = (layer, context) => {
  const number = z.union([z.number(), z.array(z.number()).length(1), z.object({ value: z.number() })]);
  const fields = fieldsOf(layer, { alpha: number.nullish(), negative_slope: number.nullish() });
  const written = fields.negative_slope ?? fields.alpha ?? 0.3;
  const alpha = typeof written === 'number' ? written : 'value' in written ? written.value : single(written);
  return { layer: tf.layers.leakyReLU({ name: context.name, alpha }), after: [], layout: elementwise };
};

export const elu: Maker = (layer, context) => {
  const { alpha } = fieldsOf(layer, { alpha: z.number().default(1) });
  return { layer: tf.layers.elu({ name: context.name, alpha }), after: [], layout: elementwise };
};

export const thresholdedRelu: Maker = (layer, context) => {
  const { theta } = fieldsOf(layer, { theta: z.number().default(1) });
  return { layer: tf.layers.thresholdedReLU({ name: context.name, theta }), after: [], layout: elementwise };
};

export const parametricRelu: Maker = (layer, context) => {
  const { shared_axes: shared } = fieldsOf(layer, {
    shared_axes: z.array(z.number().int().min(1).max(5)).nullish(),
  });
  const made = tf.layers.prelu(shared ? { name: context.name, sharedAxes: shared } : { name: context.name });
  return { layer: made, after: [], layout: inFileOrder };
};

export const flatten: Maker = (layer, context) => {
  const { data_format: format } = fieldsOf(layer, { data_format: dataFormat });
  // Told that the channels are first, Keras's Flatten moves them last before it flattens.
  const takes = format === 'channels_first' ? 'turned' : 'file';
  return { layer: tf.layers.flatten({ name: context.name }), after: [], layout: { takes, gives: 'file' } };
};

export const reshape: Maker = (layer, context) => {
  const dimension = z.number().int().min(-1).max(1_000_000);
  const { target_shape: shape } = fieldsOf(layer, { target_shape: z.array(dimension).max(8) });
  const made = tf.layers.reshape({ name: context.name, targetShape: [...resolved(shape, context.shape)] });
  return { layer: made, after: [], layout: inFileOrder };
};

/** Computes the one size that a reshape may leave open as -1: TensorFlow.js would not know it before a run. */
function resolved(target: readonly number[], from: readonly (number | null)[]): readonly number[] {
  const sizes = from.slice(1);
  if (sizes.includes(null)) return target;
  const total = (sizes as readonly number[]).reduce((product, size) => product * size, 1);
  const others = target.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const fits = target.includes(-1) ? others > 0 && total % others === 0 : total === others;
  if (!fits) {
    throw new MalformedLayer(`its target_shape ${target.join(' x ')} does not hold ${String(total)} values`);
  }
  return target.map((size) => (size === -1 ? total / others : size));
}

export const permute: Maker = (layer, context) => {
  const { dims } = fieldsOf(layer, { dims: z.array(z.number().int().min(1).max(8)).min(1).max(8) });
  if (new Set(dims).size !== dims.length || Math.max(...dims) !== dims.length) {
    throw new MalformedLayer(`its dims ${dims.join(', ')} are no order of its axes`);
  }
  return { layer: tf.layers.permute({ name: context.name, dims }), after: [], layout: inFileOrder };
};

export const repeatVector: Maker = (layer, context) => {
  const { n } = fieldsOf(layer, { n: count });
  return { layer: tf.layers.repeatVector({ name: context.name, n }), after: [], layout: inFileOrder };
};

export const dropout: Maker = (layer, context) => {
  const { rate } = fieldsOf(layer, { rate: share });
  return { layer: tf.layers.dropout({ name: context.name, rate }), after: [], layout: elementwise };
};

export const gaussianNoise: Maker = (layer, context) => {
  const { stddev } = fieldsOf(layer, { stddev: z.number().min(0) });
  return { layer: tf.layers.gaussianNoise({ name: context.name, stddev }), after: [], layout: elementwise };
};

export const gaussianDropout: Maker = (layer, context) => {
  const { rate } = fieldsOf(layer, { rate: share });
  return { layer: tf.layers.gaussianDropout({ name: context.name, rate }), after: [], layout: elementwise };
};

export const alphaDropout: Maker = (layer, context) => {
  const { rate } = fieldsOf(layer, { rate: share });
  return { layer: tf.layers.alphaDropout({ name: context.name, rate }), after: [], layout: elementwise };
};

/** Layers that do nothing once trained, such as augmentation. */
export const identity: Maker = (_layer, context) => ({
  layer: tf.layers.activation({ name: context.name, activation: 'linear' }),
  after: [],
  layout: elementwise,
});

export const embedding: Maker = (layer, context) => {
  const fields = fieldsOf(layer, { input_dim: count, output_dim: count });
  const made = tf.layers.embedding({
    name: context.name,
    inputDim: fields.input_dim,
    outputDim: fields.output_dim,
  });
  return { layer: made, after: [], layout: inFileOrder };
};

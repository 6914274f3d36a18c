import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { axis, fieldsOf } from '../fields';
import { UnsupportedLayer } from '../layer-faults';
import { axisHere, elementwise, inFileOrder, type Maker } from '../made-layer';
import { Affine, Normalization } from '../own-layers/affine';

const positive = z.number().positive();
const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(4096)]);

export const batchNormalization: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    axis: axis.default(-1),
    momentum: z.number().min(0).max(1).default(0.99),
    epsilon: positive.default(0.001),
    center: z.boolean().default(true),
    scale: z.boolean().default(true),
    mode: z.number().int().nullish(),
    renorm: z.boolean().nullish(),
  });
  if (fields.mode) throw new UnsupportedLayer(`whose mode ${fields.mode} of Keras 1 is not known`);
  const made = tf.layers.batchNormalization({
    name: context.name,
    axis: axisHere(fields.axis, context),
    momentum: fields.momentum,
    epsilon: fields.epsilon,
    center: fields.center,
    scale: fields.scale,
  });
  return { layer: made, after: [], layout: elementwise };
};

export const layerNormalization: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    axis: z.union([z.number().int(), z.array(z.number().int()).min(1).max(4)]).default(-1),
    epsilon: positive.default(0.001),
    center: z.boolean().default(true),
    scale: z.boolean().default(true),
    rms_scaling: z.boolean().nullish(),
  });
  if (fields.rms_scaling === true) throw new UnsupportedLayer('whose RMS scaling is not known');
  const made = tf.layers.layerNormalization({
    name: context.name,
    axis: fields.axis,
    epsilon: fields.epsilon,
    center: fields.center,
    scale: fields.scale,
  });
  return { layer: made, after: [], layout: inFileOrder };
};

export const rescaling: Maker = (layer, context) => {
  const fields = fieldsOf(layer, { scale: perChannel, offset: perChannel.default(0) });
  const settings = { scale: listed(fields.scale), offset: listed(fields.offset) };
  return { layer: new Affine({ name: context.name, ...settings }), after: [], layout: inFileOrder };
};

export const normalization: Maker = (layer, context) => {
  const statistics = z.union([perChannel, z.array(z.unknown())]).nullish();
  const fields = fieldsOf(layer, {
    axis: z.union([z.number().int(), z.array(z.number().int())]).nullish(),
    mean: statistics,
    variance: statistics,
    invert: z.boolean().nullish(),
  });
  const overAxis = fields.axis === null || fields.axis === undefined ? null : [fields.axis].flat();
  const last =
    overAxis === null ||
    (overAxis.length === 1 && [-1, context.shape.length - 1].includes(overAxis[0] as number));
  if (!last) throw new UnsupportedLayer('whose axis is not the last, is not known');
  if (fields.invert === true) throw new UnsupportedLayer('which inverts, is not known');
  const made = new Normalization({
    name: context.name,
    perChannel: overAxis !== null,
    mean: numbersIn(fields.mean),
    variance: numbersIn(fields.variance),
  });
  return { layer: made, after: [], layout: inFileOrder };
};

function listed(value: number | readonly number[]): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}

/** Keras writes the statistics in as many brackets as the input has dimensions. */
function numbersIn(value: unknown): readonly number[] | null {
  if (value === null || value === undefined) return null;
  const flat: unknown[] = Array.isArray(value) ? value.flat(8) : [value];
  return flat.filter((item) => typeof item === 'number');
}

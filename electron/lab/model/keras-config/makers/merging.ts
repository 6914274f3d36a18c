import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { axis, fieldsOf } from '../fields';
import { axisHere, elementwise, inFileOrder, type Maker } from '../made-layer';
import { Subtract } from '../own-layers/subtract';

const merging = {
  Add: tf.layers.add,
  Multiply: tf.layers.multiply,
  Average: tf.layers.average,
  Maximum: tf.layers.maximum,
  Minimum: tf.layers.minimum,
  Subtract: (settings: { name: string }) => new Subtract(settings),
} as const;

export const mergingClasses = Object.keys(merging);

export const merge: Maker = (layer, context) => ({
  layer: merging[layer.className as keyof typeof merging]({ name: context.name }),
  after: [],
  layout: elementwise,
});

export const concatenate: Maker = (layer, context) => {
  const fields = fieldsOf(layer, { axis: axis.default(-1) });
  const made = tf.layers.concatenate({ name: context.name, axis: axisHere(fields.axis, context) });
  return { layer: made, after: [], layout: elementwise };
};

export const dot: Maker = (layer, context) => {
  const position = z.number().int().min(-5).max(5);
  const fields = fieldsOf(layer, {
    axes: z.union([position, z.tuple([position, position])]),
    normalize: z.boolean().default(false),
  });
  const made = tf.layers.dot({ name: context.name, axes: fields.axes, normalize: fields.normalize });
  return { layer: made, after: [], layout: inFileOrder };
};

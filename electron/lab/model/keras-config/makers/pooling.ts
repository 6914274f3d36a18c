import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { dataFormat, fieldsOf, sizes } from '../fields';
import { MalformedLayer } from '../layer-faults';
import { axisHere, type Maker } from '../made-layer';
import { spatialLayout } from './convolution';

interface Pooling {
  readonly directions: number;
  readonly make: (settings: PoolingSettings) => tf.layers.Layer;
}

/** What the poolings of every number of directions take. */
interface PoolingSettings {
  readonly name: string;
  readonly poolSize: number[];
  readonly strides: number[];
  readonly padding: 'valid' | 'same';
}

type Triple = [number, number, number];
const in3d = ({ poolSize, strides, ...others }: PoolingSettings) => ({
  ...others,
  poolSize: poolSize as Triple,
  strides: strides as Triple,
});
type Pair = [number, number];
const in2d = ({ poolSize, strides, ...others }: PoolingSettings) => ({
  ...others,
  poolSize: poolSize as Pair,
  strides: strides as Pair,
});
const in1d = ({ poolSize, strides, ...others }: PoolingSettings) => ({
  ...others,
  poolSize: poolSize[0] as number,
  strides: strides[0] as number,
});

const poolings: Readonly<Record<string, Pooling>> = {
  MaxPooling1D: { directions: 1, make: (settings) => tf.layers.maxPooling1d(in1d(settings)) },
  AveragePooling1D: { directions: 1, make: (settings) => tf.layers.averagePooling1d(in1d(settings)) },
  MaxPooling2D: { directions: 2, make: (settings) => tf.layers.maxPooling2d(in2d(settings)) },
  AveragePooling2D: { directions: 2, make: (settings) => tf.layers.averagePooling2d(in2d(settings)) },
  MaxPooling3D: { directions: 3, make: (settings) => tf.layers.maxPooling3d(in3d(settings)) },
  AveragePooling3D: { directions: 3, make: (settings) => tf.layers.averagePooling3d(in3d(settings)) },
};

export const poolingClasses = Object.keys(poolings);

export const pooling: Maker = (layer, context) => {
  const { directions, make } = poolings[layer.className] as Pooling;
  const fields = fieldsOf(layer, {
    pool_size: sizes(directions).default(Array.from({ length: directions }, () => 2)),
    strides: sizes(directions).nullish(),
    padding: z.enum(['valid', 'same']).default('valid'),
    data_format: dataFormat,
  });
  const made = make({
    name: context.name,
    poolSize: fields.pool_size,
    strides: fields.strides ?? fields.pool_size,
    padding: fields.padding,
  });
  return { layer: made, after: [], layout: spatialLayout(fields.data_format) };
};

const globalPoolings = {
  GlobalMaxPooling1D: tf.layers.globalMaxPooling1d,
  GlobalAveragePooling1D: tf.layers.globalAveragePooling1d,
  GlobalMaxPooling2D: (settings: { name: string }) =>
    tf.layers.globalMaxPooling2d({ ...settings, dataFormat: 'channelsLast' }),
  GlobalAveragePooling2D: (settings: { name: string }) =>
    tf.layers.globalAveragePooling2d({ ...settings, dataFormat: 'channelsLast' }),
} as const;

export const globalPoolingClasses = Object.keys(globalPoolings);

export const globalPooling: Maker = (layer, context) => {
  const { data_format: format, keepdims } = fieldsOf(layer, {
    data_format: dataFormat,
    keepdims: z.boolean().nullish(),
  });
  const made = globalPoolings[layer.className as keyof typeof globalPoolings]({ name: context.name });
  const takes = format === 'channels_first' ? 'turned' : 'file';
  if (keepdims !== true) return { layer: made, after: [], layout: { takes, gives: 'file' } };
  const channels = context.shape[axisHere(format === 'channels_first' ? 1 : -1, context)];
  if (typeof channels !== 'number') throw new MalformedLayer('its number of channels is unknown');
  // The directions that were pooled away come back with a size of 1.
  const targetShape = [...Array.from({ length: context.shape.length - 2 }, () => 1), channels];
  const kept = tf.layers.reshape({ name: `${context.name}/keepdims`, targetShape });
  return { layer: made, after: [kept], layout: { takes, gives: takes } };
};

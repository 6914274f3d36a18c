import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { count, dataFormat, fieldsOf, margins, sizes } from '../fields';
import { UnsupportedLayer } from '../layer-faults';
import { inFileOrder, type Maker } from '../made-layer';
import { Resizing } from '../own-layers/resizing';
import { ZeroPadding1D } from '../own-layers/zero-padding-1d';
import { spatialLayout } from './convolution';

export const zeroPadding1d: Maker = (layer, context) => {
  const size = z.number().int().min(0).max(100_000);
  const fields = fieldsOf(layer, {
    padding: z.union([size, z.tuple([size, size]), z.array(size).length(1)]).default(1),
  });
  const [before, after = before] = [fields.padding].flat() as [number, number?];
  return { layer: new ZeroPadding1D({ name: context.name, before, after }), after: [], layout: inFileOrder };
};

export const zeroPadding2d: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    padding: margins.default([
      [1, 1],
      [1, 1],
    ]),
    data_format: dataFormat,
  });
  const made = tf.layers.zeroPadding2d({ name: context.name, padding: fields.padding });
  return { layer: made, after: [], layout: spatialLayout(fields.data_format) };
};

export const cropping2d: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    cropping: margins.default([
      [0, 0],
      [0, 0],
    ]),
    data_format: dataFormat,
  });
  const made = tf.layers.cropping2D({ name: context.name, cropping: fields.cropping });
  return { layer: made, after: [], layout: spatialLayout(fields.data_format) };
};

export const upSampling2d: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    size: sizes(2).default([2, 2]),
    interpolation: z.string().default('nearest'),
    data_format: dataFormat,
  });
  if (fields.interpolation !== 'nearest') {
    throw new UnsupportedLayer(`whose interpolation ${fields.interpolation} is not known`);
  }
  const made = tf.layers.upSampling2d({ name: context.name, size: fields.size });
  return { layer: made, after: [], layout: spatialLayout(fields.data_format) };
};

export const resizing: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    height: count,
    width: count,
    interpolation: z.string().default('bilinear'),
    crop_to_aspect_ratio: z.boolean().nullish(),
    pad_to_aspect_ratio: z.boolean().nullish(),
    data_format: dataFormat,
  });
  const { interpolation } = fields;
  if (
    (interpolation !== 'nearest' && interpolation !== 'bilinear') ||
    fields.crop_to_aspect_ratio ||
    fields.pad_to_aspect_ratio
  ) {
    throw new UnsupportedLayer('whose way of resizing is not known');
  }
  const made = new Resizing({
    name: context.name,
    height: fields.height,
    width: fields.width,
    interpolation,
  });
  return { layer: made, after: [], layout: spatialLayout(fields.data_format) };
};

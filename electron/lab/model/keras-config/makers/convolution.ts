import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { activationOf, splitActivation } from '../activations';
import { count, dataFormat, fieldsOf, padding, sizes } from '../fields';
import type { KerasLayer } from '../keras-model';
import { MalformedLayer, UnsupportedLayer } from '../layer-faults';
import { inFileOrder, type Layout, type MadeLayer, type Maker, type MakingContext } from '../made-layer';
import { GroupedConv2D } from '../own-layers/grouped-conv2d';
import { ZeroPadding1D } from '../own-layers/zero-padding-1d';
import { regularizerOf } from '../regularizer';

/** Layers that slide over maps: turned where the file holds the channels first. */
export function spatialLayout(format: 'channels_first' | 'channels_last'): Layout {
  return format === 'channels_first' ? { takes: 'turned', gives: 'turned' } : inFileOrder;
}

function windowFields(directions: number) {
  return {
    kernel_size: sizes(directions),
    strides: sizes(directions).default(Array.from({ length: directions }, () => 1)),
    dilation_rate: sizes(directions).default(Array.from({ length: directions }, () => 1)),
    padding: padding.default('valid'),
    data_format: dataFormat,
    activation: z.unknown().optional(),
    use_bias: z.boolean().default(true),
    kernel_regularizer: z.unknown().optional(),
    bias_regularizer: z.unknown().optional(),
  };
}

/** As many as the layer has directions, which `sizes` has checked. */
type Dilation = [number] | [number, number] | [number, number, number];

const filters = { filters: count, groups: count.nullish() };

function common(
  fields: z.infer<z.ZodObject<ReturnType<typeof windowFields>>>,
  layer: KerasLayer,
  context: MakingContext,
) {
  const { inside, after } = splitActivation(
    activationOf(fields.activation, context.generation),
    context.name,
  );
  const biasRegularizer = regularizerOf(fields.bias_regularizer);
  if (fields.padding === 'causal' && layer.className !== 'Conv1D') {
    throw new MalformedLayer('its padding is causal, which only Conv1D has');
  }
  return {
    after,
    layout: spatialLayout(fields.data_format),
    settings: {
      name: context.name,
      padding: fields.padding === 'causal' ? ('valid' as const) : fields.padding,
      activation: inside,
      useBias: fields.use_bias,
      ...(biasRegularizer === undefined ? {} : { biasRegularizer }),
    },
  };
}

const directionsOf: Readonly<Record<string, number>> = { Conv1D: 1, Conv2D: 2, Conv3D: 3 };

export const convolution: Maker = (layer, context) => {
  const directions = directionsOf[layer.className] as number;
  const fields = fieldsOf(layer, { ...windowFields(directions), ...filters });
  const { after, layout, settings } = common(fields, layer, context);
  const kernelRegularizer = regularizerOf(fields.kernel_regularizer);
  const full = {
    ...settings,
    filters: fields.filters,
    kernelSize: fields.kernel_size,
    strides: fields.strides,
    dilationRate: fields.dilation_rate as Dilation,
    ...(kernelRegularizer === undefined ? {} : { kernelRegularizer }),
  };
  const made = { layer: makeConvolution(directions, full, fields.groups ?? 1), after, layout };
  return fields.padding === 'causal' ? { ...made, before: [causalPadding(fields, context)] } : made;
};

/** So many steps before the first that every output sees only its own and earlier ones. */
function causalPadding(
  fields: { readonly kernel_size: readonly number[]; readonly dilation_rate: readonly number[] },
  { name }: MakingContext,
): tf.layers.Layer {
  const [length, dilation] = [fields.kernel_size[0] as number, fields.dilation_rate[0] as number];
  return new ZeroPadding1D({ name: `${name}/causal`, before: (length - 1) * dilation, after: 0 });
}

type ConvolutionSettings = Parameters<typeof tf.layers.conv2d>[0];

function makeConvolution(directions: number, settings: ConvolutionSettings, groups: number): tf.layers.Layer {
  if (groups > 1) {
    if (directions !== 2)
      throw new UnsupportedLayer(`a convolution of ${groups} groups in ${directions}D, is not known`);
    return new GroupedConv2D(settings, groups);
  }
  switch (directions) {
    case 1:
      return tf.layers.conv1d(settings);
    case 2:
      return tf.layers.conv2d(settings);
    default:
      return tf.layers.conv3d(settings);
  }
}

export const depthwiseConvolution: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    ...windowFields(2),
    depth_multiplier: count.default(1),
    depthwise_regularizer: z.unknown().optional(),
  });
  const { after, layout, settings } = common(fields, layer, context);
  const depthwiseRegularizer = regularizerOf(fields.depthwise_regularizer);
  const made = tf.layers.depthwiseConv2d({
    ...settings,
    kernelSize: fields.kernel_size as [number, number],
    strides: fields.strides,
    dilationRate: fields.dilation_rate as Dilation,
    depthMultiplier: fields.depth_multiplier,
    ...(depthwiseRegularizer === undefined ? {} : { depthwiseRegularizer }),
  });
  return { layer: made, after, layout };
};

export const separableConvolution: Maker = (layer, context) => {
  const fields = fieldsOf(layer, {
    ...windowFields(2),
    ...filters,
    depth_multiplier: count.default(1),
    depthwise_regularizer: z.unknown().optional(),
    pointwise_regularizer: z.unknown().optional(),
  });
  const { after, layout, settings } = common(fields, layer, context);
  const depthwiseRegularizer = regularizerOf(fields.depthwise_regularizer);
  const pointwiseRegularizer = regularizerOf(fields.pointwise_regularizer);
  const made = tf.layers.separableConv2d({
    ...settings,
    filters: fields.filters,
    kernelSize: fields.kernel_size,
    strides: fields.strides,
    dilationRate: fields.dilation_rate as Dilation,
    depthMultiplier: fields.depth_multiplier,
    ...(depthwiseRegularizer === undefined ? {} : { depthwiseRegularizer }),
    ...(pointwiseRegularizer === undefined ? {} : { pointwiseRegularizer }),
  });
  return { layer: made, after, layout };
};

export const transposedConvolution: Maker = (layer, context): MadeLayer => {
  const fields = fieldsOf(layer, { ...windowFields(2), ...filters, output_padding: z.unknown().optional() });
  if (fields.output_padding !== null && fields.output_padding !== undefined) {
    throw new UnsupportedLayer('whose output_padding is not known');
  }
  if (fields.dilation_rate.some((rate) => rate !== 1))
    throw new UnsupportedLayer('whose dilation is not known');
  const { after, layout, settings } = common(fields, layer, context);
  const kernelRegularizer = regularizerOf(fields.kernel_regularizer);
  const made = tf.layers.conv2dTranspose({
    ...settings,
    filters: fields.filters,
    kernelSize: fields.kernel_size,
    strides: fields.strides,
    ...(kernelRegularizer === undefined ? {} : { kernelRegularizer }),
  });
  return { layer: made, after, layout };
};

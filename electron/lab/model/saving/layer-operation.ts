import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { Affine, Normalization } from '../keras-config/own-layers/affine';
import { BentRelu, ElementFunction, elementFunctions } from '../keras-config/own-layers/element-function';
import { GroupedConv2D } from '../keras-config/own-layers/grouped-conv2d';
import { Resizing } from '../keras-config/own-layers/resizing';
import { ZeroPadding1D } from '../keras-config/own-layers/zero-padding-1d';
import type { Activation, Interpolation, Margin, Merging, NoiseClass, Operation } from './operations';

type Shape = readonly (number | null)[];

/** What a layer of TensorFlow.js, or one of ours, computes. Throws a `Refusal` that names a layer that is not known. */
export async function operationOf(layer: tf.layers.Layer): Promise<Operation> {
  const className = layer.getClassName();
  const read = readers[className];
  if (read === undefined) {
    throw new Refusal(`The layer ${layer.name} is a ${className}, which cannot be saved.`);
  }
  return read(layer, layer.getConfig());
}

type Config = Readonly<Record<string, unknown>>;
type Reader = (layer: tf.layers.Layer, config: Config) => Operation | Promise<Operation>;

const convolution =
  (way: 'full' | 'depthwise' | 'separable'): Reader =>
  (layer, config) => {
    const kernel = layer.weights[0]?.shape ?? [];
    return {
      kind: 'convolution',
      way,
      kernelSize: numbers(config, 'kernelSize'),
      filters: way === 'depthwise' ? channels(layer.outputShape) : number(config, 'filters'),
      multiplier: way === 'full' ? 1 : (kernel.at(-1) ?? 1),
      groups: layer instanceof GroupedConv2D ? number(config, 'groups') : 1,
      dilation: numbers(config, 'dilationRate'),
      ...window(config),
      ...biased(layer, config),
    };
  };

const transposedConvolution: Reader = (layer, config) => ({
  kind: 'transposed convolution',
  kernelSize: numbers(config, 'kernelSize'),
  filters: number(config, 'filters'),
  ...window(config),
  ...biased(layer, config),
});

const pooling =
  (takes: 'max' | 'average'): Reader =>
  (_layer, config) => ({
    kind: 'pooling',
    takes,
    poolSize: numbers(config, 'poolSize'),
    ...window(config),
  });

const globalPooling =
  (takes: 'max' | 'average', directions: number): Reader =>
  () => ({ kind: 'global pooling', takes, directions });

const merge =
  (how: Merging): Reader =>
  () => ({ kind: 'merge', how });

const noise =
  (className: NoiseClass): Reader =>
  (_layer, config) => ({
    kind: 'noise',
    className,
    amount: number(config, className === 'GaussianNoise' ? 'stddev' : 'rate'),
  });

const tensorflowJsOnly: Reader = (layer, config) => {
  const others = Object.entries(config).filter(([field]) => field !== 'name' && field !== 'trainable');
  return { kind: 'tensorflow.js only', className: layer.getClassName(), config: Object.fromEntries(others) };
};

const readers: Readonly<Record<string, Reader>> = {
  InputLayer: (_layer, { dtype }) => ({ kind: 'input', type: dtype === 'int32' ? 'int32' : 'float32' }),
  Conv1D: convolution('full'),
  Conv2D: convolution('full'),
  Conv3D: convolution('full'),
  GroupedConv2D: convolution('full'),
  DepthwiseConv2D: convolution('depthwise'),
  SeparableConv2D: convolution('separable'),
  Conv2DTranspose: transposedConvolution,
  Dense: (layer, config) => ({ kind: 'dense', units: number(config, 'units'), ...biased(layer, config) }),
  MaxPooling1D: pooling('max'),
  MaxPooling2D: pooling('max'),
  MaxPooling3D: pooling('max'),
  AveragePooling1D: pooling('average'),
  AveragePooling2D: pooling('average'),
  AveragePooling3D: pooling('average'),
  GlobalMaxPooling1D: globalPooling('max', 1),
  GlobalMaxPooling2D: globalPooling('max', 2),
  GlobalAveragePooling1D: globalPooling('average', 1),
  GlobalAveragePooling2D: globalPooling('average', 2),
  Activation: (layer, config) => ({ kind: 'activation', activation: activation(layer, config) }),
  ElementFunction: (layer, config) => {
    const computes = String(config['computes']);
    if (!(layer instanceof ElementFunction) || !isElementFunction(computes)) throw unreadable(layer);
    return computes === 'leaky relu'
      ? { kind: 'leaky relu', slope: 0.2 }
      : { kind: 'activation', activation: computes };
  },
  Softmax: (layer, config) => ({ kind: 'softmax', axis: axis(layer, number(config, 'axis')) }),
  ReLU: (_layer, { maxValue }) => ({
    kind: 'relu',
    maxValue: typeof maxValue === 'number' ? maxValue : null,
    slope: 0,
    threshold: 0,
  }),
  BentRelu: (layer) => {
    if (!(layer instanceof BentRelu)) throw unreadable(layer);
    const { maxValue, negativeSlope: slope, threshold } = layer.bends;
    return { kind: 'relu', maxValue, slope, threshold };
  },
  LeakyReLU: (_layer, config) => ({ kind: 'leaky relu', slope: number(config, 'alpha') }),
  // TensorFlow.js has no ELU of another alpha than 1.
  ELU: () => ({ kind: 'elu' }),
  ThresholdedReLU: (_layer, config) => ({ kind: 'thresholded relu', theta: number(config, 'theta') }),
  PReLU: (_layer, { sharedAxes }) => ({
    kind: 'parametric relu',
    sharedAxes: Array.isArray(sharedAxes) ? (sharedAxes as readonly number[]) : null,
  }),
  BatchNormalization: (layer, config) => ({
    kind: 'batch normalization',
    axis: axis(layer, number(config, 'axis')),
    momentum: number(config, 'momentum'),
    epsilon: number(config, 'epsilon'),
    center: config['center'] !== false,
    scale: config['scale'] !== false,
  }),
  LayerNormalization: (layer, config) => ({
    kind: 'layer normalization',
    axes: numbers(config, 'axis').map((one) => axis(layer, one)),
    epsilon: number(config, 'epsilon'),
    center: config['center'] !== false,
    scale: config['scale'] !== false,
  }),
  Rescaling: (layer, config) =>
    layer instanceof Affine
      ? { kind: 'rescaling', scale: layer.scale, offset: layer.offset }
      : { kind: 'rescaling', scale: [number(config, 'scale')], offset: [number(config, 'offset')] },
  Normalization: async (layer) => {
    if (!(layer instanceof Normalization)) throw unreadable(layer);
    return { kind: 'normalization', ...(await layer.statistics()) };
  },
  Flatten: () => ({ kind: 'flatten' }),
  // TensorFlow.js writes the size that is left open as null.
  Reshape: (_layer, { targetShape }) => ({
    kind: 'reshape',
    shape: (targetShape as Shape).map((size) => size ?? -1),
  }),
  Permute: (_layer, config) => ({ kind: 'permute', axes: numbers(config, 'dims') }),
  RepeatVector: (_layer, config) => ({ kind: 'repeat', times: number(config, 'n') }),
  Dropout: noise('Dropout'),
  SpatialDropout1D: noise('SpatialDropout1D'),
  GaussianNoise: noise('GaussianNoise'),
  GaussianDropout: noise('GaussianDropout'),
  AlphaDropout: noise('AlphaDropout'),
  Add: merge('Add'),
  Multiply: merge('Multiply'),
  Average: merge('Average'),
  Maximum: merge('Maximum'),
  Minimum: merge('Minimum'),
  Subtract: merge('Subtract'),
  Concatenate: (layer, config) => ({ kind: 'concatenate', axis: axis(layer, number(config, 'axis')) }),
  ZeroPadding1D: (layer) => {
    if (!(layer instanceof ZeroPadding1D)) throw unreadable(layer);
    return { kind: 'zero padding', margins: [layer.margins] };
  },
  ZeroPadding2D: (_layer, config) => ({ kind: 'zero padding', margins: config['padding'] as Margin[] }),
  Cropping2D: (_layer, config) => ({ kind: 'cropping', margins: config['cropping'] as Margin[] }),
  UpSampling2D: (_layer, config) => ({
    kind: 'up-sampling',
    factors: numbers(config, 'size'),
    interpolation: interpolation(config),
  }),
  Resizing: (layer, config) =>
    layer instanceof Resizing
      ? {
          kind: 'resizing',
          size: [number(config, 'height'), number(config, 'width')],
          interpolation: interpolation(config),
        }
      : tensorflowJsOnly(layer, config),
  Embedding: tensorflowJsOnly,
  Dot: tensorflowJsOnly,
};

/** What a fault of ours is, not of the file or the person. */
function unreadable(layer: tf.layers.Layer): Error {
  return new Error(`The layer ${layer.name} calls itself ${layer.getClassName()}, but is of another class.`);
}

function window(config: Config): { readonly strides: readonly number[]; readonly padding: 'valid' | 'same' } {
  const padding = config['padding'];
  if (padding !== 'valid' && padding !== 'same') {
    throw new Refusal(
      `The layer ${String(config['name'])} pads its input as ${String(padding)}, which cannot be saved.`,
    );
  }
  return { strides: numbers(config, 'strides'), padding };
}

function biased(
  layer: tf.layers.Layer,
  config: Config,
): { readonly bias: boolean; readonly activation: Activation } {
  return { bias: config['useBias'] !== false, activation: activation(layer, config) };
}

const sameNames: ReadonlySet<string> = new Set([
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'tanh'],
]);
const otherNames: Readonly<Record<string, Activation>> = {
  hardSigmoid: 'steep hard sigmoid',
  swish: 'swish',
  mish: 'mish',
  gelu: 'gelu',
  gelu_new: 'gelu by tanh',
};

function activation(layer: tf.layers.Layer, config: Config): Activation {
  const written = config['activation'] ?? 'linear';
  if (typeof written === 'string') {
    if (sameNames.has(written)) return written as Activation;
    const other = Object.hasOwn(otherNames, written) ? otherNames[written] : undefined;
    if (other !== undefined) return other;
  }
  throw new Refusal(
    `The layer ${layer.name} has the activation ${JSON.stringify(written)}, which cannot be saved.`,
  );
}

function isElementFunction(name: string): name is keyof typeof elementFunctions {
  return Object.hasOwn(elementFunctions, name);
}

function interpolation(config: Config): Interpolation {
  return config['interpolation'] === 'bilinear' ? 'bilinear' : 'nearest';
}

function axis(layer: tf.layers.Layer, written: number): number {
  const shape = layer.outputShape as Shape;
  return written < 0 ? written + shape.length : written;
}

function channels(shape: tf.Shape | tf.Shape[]): number {
  return (shape as Shape).at(-1) ?? 0;
}

function number(config: Config, field: string): number {
  const value = config[field];
  if (typeof value === 'number') return value;
  throw new Error(`The layer ${String(config['name'])} has no number ${field}.`);
}

function numbers(config: Config, field: string): readonly number[] {
  const value = config[field];
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value as readonly number[];
  throw new Error(`The layer ${String(config['name'])} has no numbers ${field}.`);
}

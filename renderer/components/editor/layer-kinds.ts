/** The layers that a model can be built of, and their fields, in the order in which they are offered and shown. */
import { kerasNames, type LayerKind } from '#shared/layer-spec';
import { activationName } from '#shared/spec';

export interface LayerGroup {
  readonly title: string;
  readonly kinds: readonly LayerKind[];
}

export const layerGroups: readonly LayerGroup[] = [
  { title: 'Convolution', kinds: ['conv2d', 'depthwiseConv2d', 'separableConv2d', 'conv2dTranspose'] },
  {
    title: 'Pooling',
    kinds: ['maxPooling2d', 'averagePooling2d', 'globalMaxPooling2d', 'globalAveragePooling2d'],
  },
  { title: 'Resizing', kinds: ['zeroPadding2d', 'cropping2d', 'upSampling2d'] },
  { title: 'Dense', kinds: ['flatten', 'dense'] },
  { title: 'Activation', kinds: ['activation', 'leakyReLU'] },
  { title: 'Regularisation', kinds: ['batchNormalization', 'dropout', 'gaussianNoise'] },
];

/** What is found under a word that Keras does not use. */
export const alsoCalled: Partial<Record<LayerKind, string>> = {
  conv2d: 'convolution',
  conv2dTranspose: 'deconvolution transposed convolution',
  separableConv2d: 'depthwise separable',
  maxPooling2d: 'subsampling',
  dense: 'fully connected linear',
  batchNormalization: 'batch norm bn',
  leakyReLU: 'leaky relu',
  activation: 'relu softmax tanh sigmoid',
};

export function typeOf(kind: LayerKind): string {
  return kerasNames[kind].type;
}

interface FieldBase {
  readonly key: string;
  readonly label: string;
}
export type LayerField = FieldBase &
  (
    | { readonly control: 'number'; readonly step?: number }
    /** A number, or two for height and width: `3` or `3 x 5`. */
    | { readonly control: 'sides'; readonly placeholder?: string }
    /** A number, or `classes`. */
    | { readonly control: 'units' }
    | { readonly control: 'choice'; readonly choices: readonly string[] }
    | { readonly control: 'check' }
  );

const filters: LayerField = { key: 'filters', label: 'filters', control: 'number' };
const kernel: LayerField = { key: 'kernelSize', label: 'kernel', control: 'sides' };
const strides: LayerField = { key: 'strides', label: 'strides', control: 'sides' };
const padding: LayerField = {
  key: 'padding',
  label: 'padding',
  control: 'choice',
  choices: ['valid', 'same'],
};
const activation: LayerField = {
  key: 'activation',
  label: 'activation',
  control: 'choice',
  choices: activationName.options,
};
const multiplier: LayerField = { key: 'depthMultiplier', label: 'multiplier', control: 'number' };
const bias: LayerField = { key: 'useBias', label: 'bias', control: 'check' };
const l2: LayerField = { key: 'l2', label: 'L2', control: 'number', step: 0.001 };
const pooling: readonly LayerField[] = [
  { key: 'poolSize', label: 'window', control: 'sides' },
  { ...strides, placeholder: 'window' },
  padding,
];

export const layerFields: Readonly<Record<LayerKind, readonly LayerField[]>> = {
  conv2d: [filters, kernel, strides, padding, activation, bias, l2],
  depthwiseConv2d: [multiplier, kernel, strides, padding, activation, bias, l2],
  separableConv2d: [filters, kernel, strides, padding, activation, multiplier, bias, l2],
  conv2dTranspose: [filters, kernel, strides, padding, activation, bias, l2],
  maxPooling2d: pooling,
  averagePooling2d: pooling,
  globalMaxPooling2d: [],
  globalAveragePooling2d: [],
  zeroPadding2d: [{ key: 'padding', label: 'lines a side', control: 'sides' }],
  cropping2d: [{ key: 'cropping', label: 'lines a side', control: 'sides' }],
  upSampling2d: [
    { key: 'size', label: 'times', control: 'sides' },
    { key: 'interpolation', label: 'interpolation', control: 'choice', choices: ['nearest', 'bilinear'] },
  ],
  batchNormalization: [],
  activation: [activation],
  leakyReLU: [{ key: 'negativeSlope', label: 'negative slope', control: 'number', step: 0.1 }],
  dropout: [{ key: 'rate', label: 'rate', control: 'number', step: 0.1 }],
  gaussianNoise: [{ key: 'stddev', label: 'deviation', control: 'number', step: 0.1 }],
  flatten: [],
  dense: [{ key: 'units', label: 'units', control: 'units' }, activation, bias, l2],
};

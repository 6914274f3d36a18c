import type { ElementFunctionName } from '../keras-config/own-layers/element-function';

/**
 * What a layer computes once it is trained, in the terms of Keras but of no version or file format: each format writes
 * it in its own words. Tensors are held channels last; axes count from 0 with the batch.
 */
export type Operation =
  | { readonly kind: 'input'; readonly type: 'float32' | 'int32' }
  | Convolution
  | TransposedConvolution
  | {
      readonly kind: 'dense';
      readonly units: number;
      readonly bias: boolean;
      readonly activation: Activation;
    }
  | Pooling
  | { readonly kind: 'global pooling'; readonly takes: 'max' | 'average'; readonly directions: number }
  | { readonly kind: 'activation'; readonly activation: Activation }
  | { readonly kind: 'softmax'; readonly axis: number }
  | BentRelu
  | { readonly kind: 'leaky relu'; readonly slope: number }
  | { readonly kind: 'elu' }
  /** Gives what is above `theta`, otherwise 0. */
  | { readonly kind: 'thresholded relu'; readonly theta: number }
  | { readonly kind: 'parametric relu'; readonly sharedAxes: readonly number[] | null }
  | BatchNormalization
  | LayerNormalization
  /** input * scale + offset; each one number, or one a channel. */
  | { readonly kind: 'rescaling'; readonly scale: readonly number[]; readonly offset: readonly number[] }
  /** (input - mean) / sqrt(variance); each one number, or one a channel. */
  | { readonly kind: 'normalization'; readonly mean: readonly number[]; readonly variance: readonly number[] }
  | { readonly kind: 'flatten' }
  /** Without the batch; one size may be -1. */
  | { readonly kind: 'reshape'; readonly shape: readonly number[] }
  | { readonly kind: 'permute'; readonly axes: readonly number[] }
  | { readonly kind: 'repeat'; readonly times: number }
  /** Does something only while it is trained. */
  | { readonly kind: 'noise'; readonly className: NoiseClass; readonly amount: number }
  | { readonly kind: 'merge'; readonly how: Merging }
  | { readonly kind: 'concatenate'; readonly axis: number }
  | { readonly kind: 'zero padding'; readonly margins: readonly Margin[] }
  | { readonly kind: 'cropping'; readonly margins: readonly Margin[] }
  /** Maps grow by whole factors; what lies between is repeated, or interpolated from the first corner on. */
  | {
      readonly kind: 'up-sampling';
      readonly factors: readonly number[];
      readonly interpolation: Interpolation;
    }
  /** Maps become of this size; the middle of a pixel stays in the middle of one. */
  | { readonly kind: 'resizing'; readonly size: readonly number[]; readonly interpolation: Interpolation }
  /** A layer that only TensorFlow.js computes as it stands. */
  | {
      readonly kind: 'tensorflow.js only';
      readonly className: string;
      readonly config: Readonly<Record<string, unknown>>;
    };

export type Interpolation = 'nearest' | 'bilinear';

/** What is added or cut before and after, in one direction. */
export type Margin = readonly [before: number, after: number];

/** A window that slides; lists hold a number a direction. */
interface Sliding {
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
}

/**
 * `depthwise` convolves each channel by itself, `separable` then mixes them with a kernel of one pixel. Kernels are
 * [...size, channels / groups, filters], depthwise ones [...size, channels, multiplier].
 */
export interface Convolution extends Sliding {
  readonly kind: 'convolution';
  readonly way: 'full' | 'depthwise' | 'separable';
  readonly kernelSize: readonly number[];
  /** Of a depthwise convolution channels times `multiplier`. */
  readonly filters: number;
  readonly multiplier: number;
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly bias: boolean;
  readonly activation: Activation;
}

/** Of two directions; the kernel is [height, width, filters, channels]. */
export interface TransposedConvolution extends Sliding {
  readonly kind: 'transposed convolution';
  readonly kernelSize: readonly number[];
  readonly filters: number;
  readonly bias: boolean;
  readonly activation: Activation;
}

export interface Pooling extends Sliding {
  readonly kind: 'pooling';
  readonly takes: 'max' | 'average';
  readonly poolSize: readonly number[];
}

/** Keras's ReLU: from `threshold` on the input, at most `maxValue`; below `slope` times what it lacks. */
export interface BentRelu {
  readonly kind: 'relu';
  readonly maxValue: number | null;
  readonly slope: number;
  readonly threshold: number;
}

export interface BatchNormalization {
  readonly kind: 'batch normalization';
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
}

export interface LayerNormalization {
  readonly kind: 'layer normalization';
  readonly axes: readonly number[];
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
}

export type NoiseClass =
  'Dropout' | 'SpatialDropout1D' | 'GaussianNoise' | 'GaussianDropout' | 'AlphaDropout';
export type Merging = 'Add' | 'Multiply' | 'Average' | 'Maximum' | 'Minimum' | 'Subtract';

/** `steep hard sigmoid` is Keras 1's and 2's hard_sigmoid, 0.2 x + 0.5; `hard sigmoid` is Keras 3's, x / 6 + 0.5. */
export type Activation =
  | 'linear'
  | 'relu'
  | 'relu6'
  | 'elu'
  | 'selu'
  | 'sigmoid'
  | 'softmax'
  | 'softplus'
  | 'softsign'
  | 'tanh'
  | 'steep hard sigmoid'
  | ElementFunctionName;

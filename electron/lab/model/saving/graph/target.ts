import type { Convolution, Interpolation, Margin, Pooling, TransposedConvolution } from '../operations';
import type { SavedWeight } from '../saved-network';

/** A format that holds a graph of operations instead of layers, as the network is written into it node by node. */
export interface GraphTarget<Value extends GraphValue> {
  /** Names what is written in the sentence of a `Refusal`. */
  readonly format: string;
  /** From now on nodes and constants are called after this layer. */
  begin(name: string): void;
  input(name: string, type: 'float32' | 'int32', shape: Shape): Value;
  output(value: Value): void;

  /** A constant that meets tensors of any shape. */
  number(value: number): Value;
  /** A constant with a value for each position along one axis of tensors of this rank. */
  along(values: ArrayLike<number>, axis: number, rank: number): Value;
  /** A constant; its axes are the last ones of what it meets. */
  constant(weight: SavedWeight, rank: number): Value;

  unary(computes: Unary, x: Value): Value;
  /** Broadcasts. */
  binary(computes: Binary, one: Value, other: Value): Value;
  clip(x: Value, from: number, to: number): Value;
  /** `then` where x is greater than, or equal to, a number, otherwise `otherwise`. */
  where(x: Value, is: 'greater' | 'greater or equal', than: number, then: Value, otherwise: Value): Value;
  leakyRelu(x: Value, slope: number): Value;
  /** The input, below 0 times its slope. */
  parametricRelu(x: Value, slopes: Value): Value;
  softmax(x: Value, axis: number): Value;
  /** The axes stay, with a size of 1. */
  mean(x: Value, axes: readonly number[]): Value;

  convolution(x: Value, operation: Convolution, weights: ConvolutionWeights, gives: Shape): Value;
  transposedConvolution(
    x: Value,
    operation: TransposedConvolution,
    weights: ConvolutionWeights,
    gives: Shape,
  ): Value;
  dense(x: Value, weights: ConvolutionWeights, gives: Shape): Value;
  pooling(x: Value, operation: Pooling, gives: Shape): Value;
  globalPooling(x: Value, takes: 'max' | 'average', gives: Shape): Value;
  /** Of the last axis, with moving averages. */
  batchNormalization(x: Value, statistics: BatchStatistics): Value;

  /** @param gives with the batch; all sizes of an image are known, or all but one */
  reshape(x: Value, gives: Shape): Value;
  /** @param order of all axes, the batch first */
  permute(x: Value, order: readonly number[], gives: Shape): Value;
  repeat(x: Value, times: number, gives: Shape): Value;
  concatenate(values: readonly Value[], axis: number, gives: Shape): Value;
  zeroPadding(x: Value, margins: readonly Margin[], gives: Shape): Value;
  cropping(x: Value, margins: readonly Margin[], gives: Shape): Value;
  upSampling(x: Value, factors: readonly number[], interpolation: Interpolation, gives: Shape): Value;
  resizing(x: Value, size: readonly number[], interpolation: Interpolation, gives: Shape): Value;
}

/** With the batch first and the channels last, however the format holds them; `null` for unknown sizes. */
export type Shape = readonly (number | null)[];

export interface GraphValue {
  readonly shape: Shape;
}

export type Unary =
  | 'relu'
  | 'elu'
  | 'selu'
  | 'sigmoid'
  | 'softplus'
  | 'softsign'
  | 'tanh'
  | 'exp'
  | 'erf'
  | 'negate'
  | 'square root';

export type Binary = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

export interface ConvolutionWeights {
  /** Of a depthwise or separable convolution its depthwise kernel. */
  readonly kernel: SavedWeight;
  /** Of a separable convolution. */
  readonly pointwise: SavedWeight | null;
  readonly bias: SavedWeight | null;
}

export interface BatchStatistics {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** What a window adds before and after when it pads as `same` does in TensorFlow (tensorflow.org/api_docs/python/tf/nn). */
export function sameMargin(size: number, window: number, stride: number, dilation: number): Margin {
  const gives = Math.ceil(size / stride);
  const total = Math.max((gives - 1) * stride + (window - 1) * dilation + 1 - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Directions between the batch and the channels. */
export function directionsOf(shape: Shape): Shape {
  return shape.slice(1, -1);
}

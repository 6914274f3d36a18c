/**
 * What layers do while they are trained, where TensorFlow.js does it in a way that is slow, cannot be repeated, or
 * fails (batch normalization without gamma). In inference the layers stay as they are.
 */
import * as tf from '@tensorflow/tfjs';
import { normalizeBatch } from './gradients/batch-normalization';
import type { Noise } from './noise';

type Call = (
  inputs: tf.Tensor | tf.Tensor[],
  options: Readonly<Record<string, unknown>>,
) => tf.Tensor | tf.Tensor[];
type Weight = Pick<tf.LayerVariable, 'read' | 'write'>;

/** Makes the layers of a network draw their noise from `noise`, and normalise batches in one kernel. */
export function prepareForTraining(layers: readonly tf.layers.Layer[], noise: Noise): void {
  layers.forEach((layer, stream) => {
    const train = trainingCall(layer, noise, stream);
    if (train === null) return;
    const infer = (layer.call as Call).bind(layer);
    const call: Call = (inputs, options) =>
      options['training'] !== true
        ? infer(inputs, options)
        : isFrozenNormalization(layer)
          ? infer(inputs, { ...options, training: false })
          : tf.tidy(() => train(single(inputs)));
    layer.call = call;
  });
}

/** Frozen, it normalises by what it has learned, as Keras's does (keras.io/guides/transfer_learning). */
function isFrozenNormalization(layer: tf.layers.Layer): boolean {
  return !layer.trainable && layer.getClassName() === 'BatchNormalization';
}

type TrainingCall = (x: tf.Tensor) => tf.Tensor;

function trainingCall(layer: tf.layers.Layer, noise: Noise, stream: number): TrainingCall | null {
  switch (layer.getClassName()) {
    case 'Dropout':
      return dropout(layer as unknown as NoisyLayer, noise, stream);
    case 'GaussianDropout':
      return gaussianDropout(layer as unknown as NoisyLayer, noise, stream);
    case 'GaussianNoise':
      return gaussianNoise(layer as unknown as NoisyLayer, noise, stream);
    case 'BatchNormalization':
      return batchNormalization(layer as unknown as NormalizingLayer);
    default:
      return null;
  }
}

interface NoisyLayer {
  readonly rate: number;
  readonly stddev: number;
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** Zeroes a share of the values and scales the rest up, so that their sum is expected to stay (Srivastava et al. 2014). */
function dropout({ rate, noiseShape }: NoisyLayer, noise: Noise, stream: number): TrainingCall {
  if (rate <= 0) return (x) => x.clone();
  return (x) => {
    const shape = (noiseShape ?? x.shape).map((size, axis) => size ?? (x.shape[axis] as number));
    const kept = noise.uniform(shape, stream).greaterEqual(rate).cast('float32');
    return x.mul(kept.mul(1 / (1 - rate)));
  };
}

function gaussianDropout({ rate }: NoisyLayer, noise: Noise, stream: number): TrainingCall {
  if (rate <= 0) return (x) => x.clone();
  const deviation = Math.sqrt(rate / (1 - rate));
  return (x) => x.mul(noise.normal(x.shape, stream).mul(deviation).add(1));
}

function gaussianNoise({ stddev }: NoisyLayer, noise: Noise, stream: number): TrainingCall {
  return (x) => x.add(noise.normal(x.shape, stream).mul(stddev));
}

interface NormalizingLayer {
  readonly axis: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly gamma?: Weight;
  readonly beta?: Weight;
  readonly movingMean: Weight;
  readonly movingVariance: Weight;
}

function batchNormalization(layer: NormalizingLayer): TrainingCall {
  return (x) => {
    const axis = layer.axis < 0 ? layer.axis + x.rank : layer.axis;
    if (axis === x.rank - 1) return normalizeLast(layer, x);
    const order = [...x.shape.keys()].filter((other) => other !== axis).concat(axis);
    const inverse = [...x.shape.keys()].map((target) => order.indexOf(target));
    return normalizeLast(layer, x.transpose(order)).transpose(inverse);
  };
}

function normalizeLast(layer: NormalizingLayer, x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1) as number;
  const y = normalizeBatch({
    x: x.reshape([-1, 1, 1, channels]),
    gamma: (layer.gamma?.read() ?? tf.ones([channels])) as tf.Tensor1D,
    beta: (layer.beta?.read() ?? tf.zeros([channels])) as tf.Tensor1D,
    epsilon: layer.epsilon,
    onMoments: (mean, variance) => {
      average(layer.movingMean, mean, layer.momentum);
      average(layer.movingVariance, variance, layer.momentum);
    },
  });
  return y.reshape(x.shape);
}

function average(moving: Weight, value: tf.Tensor, momentum: number): void {
  moving.write(
    moving
      .read()
      .mul(momentum)
      .add(value.mul(1 - momentum)),
  );
}

function single(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs;
}

import * as tf from '@tensorflow/tfjs';
import { sides } from '#shared/draft';
import { derivedSeed } from '#shared/random';
import type { LayerSpec } from '#shared/spec';

export interface LayerContext {
  readonly name: string;
  /** Seeds the layer's weights. */
  readonly seed: number;
  /** What `units: 'classes'` stands for. */
  readonly classes: number;
}

/** Makes one layer with Keras's default initialisers, which differ from those of TensorFlow.js. */
export function makeLayer(spec: LayerSpec, { name, seed, classes }: LayerContext): tf.layers.Layer {
  const convolution = ({ kernelSize, strides, padding, activation, useBias }: ConvolutionSpec) => {
    return { name, kernelSize, strides, padding, activation, useBias };
  };
  const kernel = (l2: number) => ({
    kernelInitializer: glorot(seed),
    ...(l2 > 0 && { kernelRegularizer: tf.regularizers.l2({ l2 }) }),
  });
  switch (spec.kind) {
    case 'conv2d':
      return tf.layers.conv2d({ ...convolution(spec), filters: spec.filters, ...kernel(spec.l2) });
    case 'conv2dTranspose':
      return tf.layers.conv2dTranspose({ ...convolution(spec), filters: spec.filters, ...kernel(spec.l2) });
    case 'depthwiseConv2d':
      return tf.layers.depthwiseConv2d({
        ...convolution(spec),
        depthMultiplier: spec.depthMultiplier,
        depthwiseInitializer: glorot(seed),
        ...(spec.l2 > 0 && { depthwiseRegularizer: tf.regularizers.l2({ l2: spec.l2 }) }),
      });
    case 'separableConv2d':
      return tf.layers.separableConv2d({
        ...convolution(spec),
        filters: spec.filters,
        depthMultiplier: spec.depthMultiplier,
        depthwiseInitializer: glorot(seed),
        pointwiseInitializer: glorot(derivedSeed(seed, 1)),
        ...(spec.l2 > 0 && {
          depthwiseRegularizer: tf.regularizers.l2({ l2: spec.l2 }),
          pointwiseRegularizer: tf.regularizers.l2({ l2: spec.l2 }),
        }),
      });
    case 'dense':
      return tf.layers.dense({
        name,
        units: spec.units === 'classes' ? classes : spec.units,
        activation: spec.activation,
        useBias: spec.useBias,
        ...kernel(spec.l2),
      });
    case 'maxPooling2d':
      return tf.layers.maxPooling2d({ name, ...poolingArguments(spec) });
    case 'averagePooling2d':
      return tf.layers.averagePooling2d({ name, ...poolingArguments(spec) });
    case 'globalMaxPooling2d':
      return tf.layers.globalMaxPooling2d({ name });
    case 'globalAveragePooling2d':
      return tf.layers.globalAveragePooling2d({ name });
    case 'zeroPadding2d':
      return tf.layers.zeroPadding2d({ name, padding: [...sides(spec.padding)] });
    case 'cropping2d':
      return tf.layers.cropping2D({ name, cropping: [...sides(spec.cropping)] });
    case 'upSampling2d':
      return tf.layers.upSampling2d({
        name,
        size: [...sides(spec.size)],
        interpolation: spec.interpolation,
      });
    case 'batchNormalization':
      return tf.layers.batchNormalization({ name });
    case 'activation':
      return tf.layers.activation({ name, activation: spec.activation });
    case 'leakyReLU':
      return tf.layers.leakyReLU({ name, alpha: spec.negativeSlope });
    case 'gaussianNoise':
      return tf.layers.gaussianNoise({ name, stddev: spec.stddev });
    case 'dropout':
      return tf.layers.dropout({ name, rate: spec.rate, seed });
    case 'flatten':
      return tf.layers.flatten({ name });
  }
}

type ConvolutionSpec = Extract<LayerSpec, { kernelSize: unknown }>;
type PoolingSpec = Extract<LayerSpec, { kind: 'maxPooling2d' | 'averagePooling2d' }>;

function glorot(seed: number): ReturnType<typeof tf.initializers.glorotUniform> {
  return tf.initializers.glorotUniform({ seed });
}

function poolingArguments({ poolSize, strides, padding }: PoolingSpec) {
  return { poolSize, strides: strides ?? poolSize, padding };
}

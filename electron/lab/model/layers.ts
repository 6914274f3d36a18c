import * as tf from '@tensorflow/tfjs';
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
  switch (spec.kind) {
    case 'conv2d':
      return tf.layers.conv2d({
        name,
        filters: spec.filters,
        kernelSize: spec.kernelSize,
        strides: spec.strides,
        padding: spec.padding,
        activation: spec.activation,
        kernelInitializer: tf.initializers.glorotUniform({ seed }),
      });
    case 'dense':
      return tf.layers.dense({
        name,
        units: spec.units === 'classes' ? classes : spec.units,
        activation: spec.activation,
        kernelInitializer: tf.initializers.glorotUniform({ seed }),
      });
    case 'maxPooling2d':
      return tf.layers.maxPooling2d({ name, ...poolingArguments(spec) });
    case 'averagePooling2d':
      return tf.layers.averagePooling2d({ name, ...poolingArguments(spec) });
    case 'globalAveragePooling2d':
      return tf.layers.globalAveragePooling2d({ name });
    case 'batchNormalization':
      return tf.layers.batchNormalization({ name });
    case 'activation':
      return tf.layers.activation({ name, activation: spec.activation });
    case 'dropout':
      return tf.layers.dropout({ name, rate: spec.rate, seed });
    case 'flatten':
      return tf.layers.flatten({ name });
  }
}

type PoolingSpec = Extract<LayerSpec, { kind: 'maxPooling2d' | 'averagePooling2d' }>;

function poolingArguments({ poolSize, strides, padding }: PoolingSpec) {
  return { poolSize, strides: strides ?? poolSize, padding };
}

/** Keras's class name of a layer, which is also how TensorFlow.js calls it. */
const classNames = {
  conv2d: 'conv2d',
  dense: 'dense',
  maxPooling2d: 'max_pooling2d',
  averagePooling2d: 'average_pooling2d',
  globalAveragePooling2d: 'global_average_pooling2d',
  batchNormalization: 'batch_normalization',
  activation: 'activation',
  dropout: 'dropout',
  flatten: 'flatten',
} as const satisfies Record<LayerSpec['kind'], string>;

/** Names layers as Keras does: `conv2d`, `conv2d_1`, `conv2d_2`. */
export function layerNames(layers: readonly LayerSpec[]): readonly string[] {
  const used = new Map<string, number>();
  return layers.map(({ kind }) => {
    const base = classNames[kind];
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  });
}

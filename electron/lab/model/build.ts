import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import { derivedSeed } from '#shared/random';
import type { LayerSpec, ModelSpec } from '#shared/spec';
import { layerNames, makeLayer } from './layers';

export interface BuildOptions {
  readonly inputShape: ImageShape;
  readonly classes: number;
  /** Seeds the initial weights. */
  readonly seed: number;
}

/**
 * Builds the network of a spec for images of one shape, with fresh weights. The caller disposes of it.
 * Throws a `Refusal` that names the layer where the spec does not fit the shape.
 */
export function buildModel(spec: ModelSpec, { inputShape, classes, seed }: BuildOptions): tf.LayersModel {
  const names = layerNames(spec.layers);
  const input = tf.input({ shape: [...inputShape], name: 'input' });
  let output = input;
  spec.layers.forEach((layer, index) => {
    const name = names[index] as string;
    checkFit(layer, name, index, output.shape.slice(1) as number[]);
    const made = makeLayer(layer, { name, seed: derivedSeed(seed, index), classes });
    output = made.apply(output) as tf.SymbolicTensor;
  });
  checkOutput(spec, output.shape.slice(1) as number[], classes);
  return tf.model({ inputs: input, outputs: output, name: spec.name });
}

function checkFit(layer: LayerSpec, name: string, index: number, shape: readonly number[]): void {
  const refuse = (problem: string): never => {
    throw new Refusal(`Layer ${index + 1} (${name}): ${problem}.`);
  };
  switch (layer.kind) {
    case 'conv2d':
    case 'maxPooling2d':
    case 'averagePooling2d': {
      const [height, width] = mapSize(shape) ?? refuse('needs feature maps, but its input is flat');
      const [windowHeight, windowWidth] = windowSize(layer);
      if (layer.padding === 'valid' && (windowHeight > height || windowWidth > width)) {
        refuse(`a ${windowHeight}x${windowWidth} window does not fit a ${height}x${width} map`);
      }
      return;
    }
    case 'globalAveragePooling2d':
      if (mapSize(shape) === null) refuse('needs feature maps, but its input is flat');
      return;
    case 'flatten':
    case 'dense':
    case 'batchNormalization':
    case 'activation':
    case 'dropout':
      return;
  }
}

function mapSize(shape: readonly number[]): readonly [height: number, width: number] | null {
  const [height, width, channels] = shape;
  return height === undefined || width === undefined || channels === undefined ? null : [height, width];
}

function windowSize(
  layer: Extract<LayerSpec, { padding: unknown }>,
): readonly [height: number, width: number] {
  const size = layer.kind === 'conv2d' ? layer.kernelSize : layer.poolSize;
  return typeof size === 'number' ? [size, size] : size;
}

function checkOutput(spec: ModelSpec, shape: readonly number[], classes: number): void {
  const last = spec.layers.at(-1);
  if (shape.length !== 1 || shape[0] !== classes) {
    throw new Refusal(
      `The model ${spec.name} ends in ${shape.join(' x ')} values, but the data has ${classes} classes; ` +
        `end it with a dense layer of 'classes' units.`,
    );
  }
  if (last === undefined || !('activation' in last) || last.activation !== 'softmax') {
    throw new Refusal(`The model ${spec.name} must end in a softmax, which cross-entropy is computed from.`);
  }
}

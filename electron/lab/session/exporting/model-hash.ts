import { createHash } from 'node:crypto';
import type * as tf from '@tensorflow/tfjs';
import { outputShapeOf } from './layers';

/** Settings that change what a layer computes of its weights and its input. */
const meaningful = [
  'activation',
  'axis',
  'depthMultiplier',
  'dilationRate',
  'groups',
  'padding',
  'poolSize',
  'strides',
] as const;

/** SHA-256 of a network's layers and weights, the same whichever file or format they came from. */
export function modelHash(model: tf.LayersModel): string {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify(model.inputs.map(({ shape }) => shape))}\n`);
  // What inputs are called is each format's own affair.
  for (const layer of model.layers.filter((one) => one.getClassName() !== 'InputLayer')) {
    const config = layer.getConfig();
    const settings = meaningful.map((name) => config[name] ?? null);
    hash.update(`${JSON.stringify([layer.getClassName(), layer.name, outputShapeOf(layer), settings])}\n`);
    for (const weight of layer.weights) {
      const values = weight.read().dataSync<'float32'>();
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
  return hash.digest('hex');
}

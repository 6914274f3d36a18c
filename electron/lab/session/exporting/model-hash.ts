import { createHash } from 'node:crypto';
import type * as tf from '@tensorflow/tfjs';

/** SHA-256 of a network's layers and weights, whatever file they came from. */
export function modelHash(model: tf.LayersModel): string {
  const hash = createHash('sha256');
  const { config } = model.toJSON(null, false) as { readonly config: Readonly<Record<string, unknown>> };
  hash.update(JSON.stringify(config['layers']));
  for (const weight of model.weights) {
    const values = weight.read().dataSync<'float32'>();
    hash.update(`\n${weight.name} ${weight.shape.join('x')}\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

import * as tf from '@tensorflow/tfjs';
import { describeModel } from './keras/model-description';
import type { SavedFile } from '#shared/saving';
import { textFile } from './saved-file';
import type { SavedNetwork } from './saved-network';
import { version } from '../../../../package.json';

/** Called as TensorFlow.js's own converter calls a model's only shard. */
const shard = 'group1-shard1of1.bin';

/**
 * TensorFlow.js's layers format: `model.json` with a shard of weights, float32 and little-endian
 * (github.com/tensorflow/tfjs, tfjs-core/src/io/types.ts, `ModelJSON`).
 */
export async function saveTfjs(network: SavedNetwork): Promise<readonly SavedFile[]> {
  const weights = network.layers.flatMap((layer) =>
    layer.weights.map(({ name, shape, values }) => ({
      entry: { name: `${layer.name}/${name}`, shape, dtype: 'float32' },
      values,
    })),
  );
  const { classes, preprocessing } = network;
  const model = {
    format: 'layers-model',
    generatedBy: `Convscope ${version}`,
    convertedBy: null,
    modelTopology: {
      ...describeModel(network, 'TensorFlow.js', 'The TensorFlow.js layers format'),
      keras_version: `tfjs-layers ${tf.version_layers}`,
      backend: 'tensor_flow.js',
    },
    weightsManifest: [{ paths: [shard], weights: weights.map(({ entry }) => entry) }],
    userDefinedMetadata: { classes, preprocessing },
  };
  const bytes = Buffer.concat(
    weights.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
  return [textFile('model.json', JSON.stringify(model)), { path: shard, bytes }];
}

import * as tf from '@tensorflow/tfjs';
import type { LayerActivation } from '#shared/frames';
import { volumeOf } from '#shared/images';
import { scoped } from '../engine/scope';

/**
 * What layers make of one image, in inference mode.
 * @param model reads images in [0, 1]; remains its owner's
 * @param values the image, row-major, channels last
 * @param layers of the model, with one output each of height x width x channels or of units
 */
export function featureMaps(
  model: tf.LayersModel,
  values: Float32Array,
  layers: readonly tf.layers.Layer[],
): readonly LayerActivation[] {
  const outputs = layers.map((layer) => layer.getOutputAt(0) as tf.SymbolicTensor);
  const shape = model.inputs[0]?.shape.slice(1) as number[];
  const inspected = tf.model({ inputs: model.inputs, outputs });
  return scoped(() => {
    const made = [inspected.apply(tf.tensor(values, [1, ...shape]))].flat() as tf.Tensor[];
    return made.map((tensor, index): LayerActivation => {
      const name = (layers[index] as tf.layers.Layer).name;
      return {
        name,
        shape: volumeOf(tensor.shape.slice(1)),
        values: Float32Array.from(tensor.dataSync<'float32'>()),
      };
    });
  });
}

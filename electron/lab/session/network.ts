import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { isOpened, type RecipeModel } from '#shared/spec';
import { buildModel, type BuildOptions } from '../model/build';

/** The network that a recipe describes, before any training. The caller disposes of it. */
export function newNetwork(model: RecipeModel, options: BuildOptions): tf.LayersModel {
  if (isOpened(model)) throw new Refusal(`The opened model ${model.name} cannot be put on the bench yet.`);
  return buildModel(model, options);
}

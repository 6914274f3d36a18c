import * as tf from '@tensorflow/tfjs';
import { describeDraft, type DraftSetting } from '#shared/draft';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import { layerNames } from '#shared/layer-spec';
import { derivedSeed } from '#shared/random';
import type { ModelSpec } from '#shared/spec';
import { makeLayer } from './layers';

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
  refuseMistakes(spec, { inputShape, classes });
  const names = layerNames(spec.layers);
  const input = tf.input({ shape: [...inputShape], name: 'input' });
  let output = input;
  spec.layers.forEach((layer, index) => {
    const name = names[index] as string;
    const made = makeLayer(layer, { name, seed: derivedSeed(seed, index), classes });
    output = made.apply(output) as tf.SymbolicTensor;
  });
  return tf.model({ inputs: input, outputs: output, name: spec.name });
}

function refuseMistakes(spec: ModelSpec, setting: DraftSetting): void {
  const { mistakes, layers } = describeDraft(spec, setting);
  const [first] = mistakes;
  if (first === undefined) return;
  const name = layers[first.layer]?.name ?? spec.name;
  throw new Refusal(`Layer ${first.layer + 1} (${name}): ${first.message}.`);
}

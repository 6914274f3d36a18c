import * as tf from '@tensorflow/tfjs';
import type { ImageShape } from '#shared/images';
import { usualPreprocessing, type OpenedModelSpec } from '#shared/spec';
import type { ModelCard } from '#shared/models';
import { imageNetwork } from '../../model/image-network/image-network';
import { openModel } from '../../model/open';
import { cardOf, untrainable } from './card';
import { GraphProbe, isGraph } from './graph-network';

/** The data that an opened network is put on the bench with. */
export interface MetData {
  readonly shape: ImageShape;
  readonly classes: number;
}

interface Opened {
  readonly card: ModelCard | null;
  readonly inputShape: ImageShape;
  /** How many classes its output tells apart; `null` where it gives something else. */
  readonly classes: number | null;
  /** Why it cannot be trained, whatever the data. */
  readonly untrainable: string | null;
}

/** An opened network that reads images. */
export type OpenedOnBench =
  | (Opened & { readonly kind: 'layers'; readonly model: tf.LayersModel })
  | (Opened & { readonly kind: 'graph'; readonly probe: GraphProbe });

/** Opens the model of a recipe and makes it read images of the data. The caller disposes of what it is given. */
export async function openedNetwork(
  spec: OpenedModelSpec,
  data: MetData | null,
  seed: number,
): Promise<OpenedOnBench> {
  const opened = await openModel(spec.file);
  try {
    const known = { preprocessing: spec.preprocessing, classes: null };
    const facts = { card: cardOf(spec.file, opened, known), untrainable: untrainable(opened.network) };
    const preprocessing = spec.preprocessing ?? opened.preprocessing ?? usualPreprocessing;
    if (isGraph(opened)) {
      const probe = await GraphProbe.open(opened, data?.shape ?? null, preprocessing, spec.name);
      const classes = probe.outputs > 1 ? probe.outputs : null;
      return { ...facts, kind: 'graph', probe, inputShape: probe.inputShape, classes };
    }
    const { network } = opened;
    if (network.kind === 'graph') throw new Error('A graph is handled above.');
    const made = imageNetwork(network, {
      images: data?.shape ?? null,
      preprocessing,
      trainableLayers: spec.trainableLayers,
      newHead: spec.head === 'new' && data !== null ? { classes: data.classes, seed } : null,
    });
    opened.dispose();
    const classes = network.complete ? made.classes : null;
    return { ...facts, kind: 'layers', model: made.model, inputShape: made.inputShape, classes };
  } catch (thrown) {
    opened.dispose();
    throw thrown;
  }
}

/** The network that a checkpoint describes, without its weights. The caller disposes of it. */
export async function networkOfTopology(topology: unknown): Promise<tf.LayersModel> {
  return tf.models.modelFromJSON(topology as tf.io.ModelJSON);
}

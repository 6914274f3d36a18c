import * as tf from '@tensorflow/tfjs';
import type { SavedFile, SaveFormatId } from '#shared/saving';
import { preprocessing } from '#shared/spec';
import { fitting } from '../engine/named-tensors';
import type { SavableModel } from '../model/saving/describe';
import { saveModel } from '../model/saving/save';
import { readCheckpoint } from '../runs/checkpoint';
import { readRunSpec } from '../runs/run-folder';
import type { Bench } from './bench';
import { networkOfTopology } from './models/opened-network';
import { checkpointOf } from './open-run';

/** What every network on the bench reads, whatever stands in front of an opened one. */
const fromZeroToOne = preprocessing.parse({ range: [0, 1] });

/**
 * The network on the bench as it is now, as the files of a format. Throws a `Refusal` for one that runs as a graph, and
 * where a format cannot hold one of its layers.
 */
export async function saveBench(
  { step, info }: Pick<Bench, 'step' | 'info'>,
  format: SaveFormatId,
): Promise<readonly SavedFile[]> {
  return saveModel({ ...about(info.classes), model: step.network() }, format);
}

/** The network of a run as its last checkpoint holds it. The caller disposes of the model. */
export async function networkOfRun(folder: string): Promise<SavableModel> {
  const { classes } = await readRunSpec(folder);
  const { topology, weights } = await readCheckpoint(await checkpointOf(folder));
  const model = await networkOfTopology(topology);
  const expected = model.weights.map(({ originalName, shape }) => ({
    name: originalName,
    shape: shape as number[],
  }));
  const tensors = fitting(expected, weights);
  tf.tidy(() => {
    model.setWeights(tensors.map(({ values, shape }) => tf.tensor(values, [...shape])));
  });
  return { ...about(classes), model };
}

function about(classes: readonly string[]): Omit<SavableModel, 'model'> {
  return { classes: classes.length === 0 ? null : classes, preprocessing: fromZeroToOne };
}

import { Refusal } from '#shared/errors';
import type { ImageSet } from '#shared/images';
import { isOpened } from '#shared/spec';
import { createTrainingStep } from '../engine/create-step';
import type { TrainingStep } from '../engine/training-step';
import { buildModel } from '../model/build';
import { checkpointFolder, listCheckpoints, readCheckpoint } from '../runs/checkpoint';
import { readResult, readRunSpec, type RunSpec } from '../runs/run-folder';
import { networkOfTopology } from './models/opened-network';

export interface OpenedRun {
  readonly spec: RunSpec;
  /** The network as it was at the last checkpoint. The caller disposes of it. */
  readonly step: TrainingStep;
  readonly parameters: number;
}

/**
 * Opens the network of a run as its last checkpoint left it.
 * @param images what the step would train on
 */
export async function openRun(folder: string, images: ImageSet): Promise<OpenedRun> {
  const spec = await readRunSpec(folder);
  if (images.shape.join() !== spec.inputShape.join()) {
    throw new Refusal(
      `The network of ${folder} reads images of ${spec.inputShape.join(' x ')}, but the data's are ` +
        `${images.shape.join(' x ')}.`,
    );
  }
  const { topology, weights, optimizer, position } = await readCheckpoint(await checkpointOf(folder));
  const { recipe } = spec;
  const model = isOpened(recipe.model)
    ? await networkOfTopology(topology)
    : buildModel(recipe.model, {
        inputShape: spec.inputShape,
        classes: spec.classes.length,
        seed: recipe.training.seed,
      });
  const parameters = model.countParams();
  const step = createTrainingStep({
    model,
    training: recipe.training,
    trainingImages: images,
    classes: spec.classes.length,
    log: () => undefined,
  });
  step.restore({ weights, optimizer, step: position.step });
  return { spec, step, parameters };
}

/** The checkpoint that the run's result names; of a run without a result the newest. */
export async function checkpointOf(folder: string): Promise<string> {
  const name = (await readResult(folder))?.checkpoint ?? null;
  if (name !== null) return checkpointFolder(folder, name);
  const newest = (await listCheckpoints(folder)).at(-1);
  if (newest === undefined) throw new Refusal(`The run ${folder} has no checkpoint yet; resume it.`);
  return newest;
}

import path from 'node:path';
import type { Resumption } from '#shared/api';
import { Refusal } from '#shared/errors';
import type { Recipe } from '#shared/spec';
import { listCheckpoints, readCheckpoint, type Checkpoint } from './checkpoint';
import { readResult, readRunSpec, type RunSpec } from './run-folder';

/** Recipe and checkpoint of a run that is to go on. */
export interface ResumableRun {
  readonly recipe: Recipe;
  readonly spec: RunSpec;
  /** `null` for a run that was killed before its first checkpoint. */
  readonly checkpoint: Checkpoint | null;
}

/** Reads what a run goes on from. Refuses one that is complete, in words that say how it could go on. */
export async function readResumableRun({ folder, epochs }: Resumption): Promise<ResumableRun> {
  const spec = await readRunSpec(folder);
  const recipe: Recipe =
    epochs === undefined ? spec.recipe : { ...spec.recipe, training: { ...spec.recipe.training, epochs } };
  const newest = await newestWhole(folder);
  const result = await readResult(folder);
  const checkpoint = newest !== null && result?.ended === 'early-stopped' ? withPatience(newest) : newest;
  const done = checkpoint?.position.epochs ?? 0;
  // One that was killed before its test images were read has only these left to do.
  if (done >= recipe.training.epochs && result !== null) {
    throw new Refusal(
      `The run ${path.basename(folder)} is complete: its ${done} epochs are trained. ` +
        `To train it further, give more epochs than that.`,
    );
  }
  return { recipe, spec, checkpoint };
}

/** Who lets a run go on that was stopped early is patient again, as Keras is at every `fit`. */
function withPatience(checkpoint: Checkpoint): Checkpoint {
  const { position } = checkpoint;
  return { ...checkpoint, position: { ...position, earlyStopping: { ...position.earlyStopping, wait: 0 } } };
}

/** A kill leaves whole checkpoints or none, but disks and people do damage others: the newest whole one serves. */
async function newestWhole(folder: string): Promise<Checkpoint | null> {
  const checkpoints = [...(await listCheckpoints(folder))].reverse();
  for (const candidate of checkpoints) {
    try {
      return await readCheckpoint(candidate);
    } catch (thrown) {
      if (candidate === checkpoints.at(-1)) throw thrown;
    }
  }
  return null;
}

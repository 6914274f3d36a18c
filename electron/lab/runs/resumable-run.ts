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
  const checkpoint = await newestWhole(folder);
  const done = checkpoint?.position.epochs ?? 0;
  // One that was killed before its test images were read has only these left to do.
  if (done >= recipe.training.epochs && (await readResult(folder)) !== null) {
    throw new Refusal(
      `The run ${path.basename(folder)} is complete: its ${done} epochs are trained. ` +
        `To train it further, give more epochs than that.`,
    );
  }
  return { recipe, spec, checkpoint };
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

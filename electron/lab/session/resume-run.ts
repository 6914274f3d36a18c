import path from 'node:path';
import type { Resumption } from '#shared/api';
import type { Recipe } from '#shared/spec';
import type { OpeningWatch } from '../data/data-set';
import {
  checkpointName,
  checkpointStep,
  listCheckpoints,
  removeCheckpoint,
  type Checkpoint,
} from '../runs/checkpoint';
import { rewindMetrics, type MetricsLine } from '../runs/metrics-file';
import { startOfTraining, type TrainingPosition } from '../runs/position';
import type { ResumableRun } from '../runs/resumable-run';
import { removeResult, writeRunSpec, type RunSpec } from '../runs/run-folder';
import type { Bench, DataShelf } from './bench';
import { openRunBench, runInfoOf } from './run-bench';
import type { RunStart } from './training-run';

/** A run put back on the bench as its last whole checkpoint left it. */
export interface ResumedRun {
  readonly bench: Bench;
  readonly start: RunStart;
  /** What was measured up to there. */
  readonly metrics: readonly MetricsLine[];
}

/** Opens data and network and rewinds the folder to the checkpoint. The caller disposes of the bench's step. */
export async function resumeRun(
  { folder, learningRate }: Resumption,
  { recipe, spec, checkpoint }: ResumableRun,
  shelf: DataShelf,
  watch: OpeningWatch,
  log: (sentence: string) => void,
): Promise<ResumedRun> {
  const position = positionOf(checkpoint, recipe, learningRate);
  const bench = await openRunBench({ folder, recipe, spec, checkpoint }, shelf, watch, log);
  try {
    const metrics = await rewind(folder, { ...spec, recipe }, position);
    return {
      bench,
      start: { info: runInfoOf(folder, spec), position, checkpointed: checkpoint !== null },
      metrics,
    };
  } catch (thrown) {
    bench.step.dispose();
    throw thrown;
  }
}

function positionOf(
  checkpoint: Checkpoint | null,
  recipe: Recipe,
  learningRate: number | undefined,
): TrainingPosition {
  const position = checkpoint?.position ?? startOfTraining(recipe.training.optimizer.learningRate);
  return learningRate === undefined ? position : { ...position, learningRate };
}

/** What lies after the checkpoint will be trained and measured again. */
async function rewind(
  folder: string,
  spec: RunSpec,
  position: TrainingPosition,
): Promise<readonly MetricsLine[]> {
  await removeResult(folder);
  await writeRunSpec(folder, spec);
  for (const candidate of await listCheckpoints(folder)) {
    const later =
      checkpointStep(candidate) >= position.step && path.basename(candidate) !== checkpointName(position);
    if (later) await removeCheckpoint(candidate);
  }
  return rewindMetrics(folder, position);
}

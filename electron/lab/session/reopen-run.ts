import type { Progress, RunInfo, RunResult } from '#shared/api';
import { readCheckpoint } from '../runs/checkpoint';
import { readMetrics, type MetricsLine } from '../runs/metrics-file';
import type { TrainingPosition } from '../runs/position';
import { readResult, readRunSpec } from '../runs/run-folder';
import type { Bench } from './bench';
import { checkpointOf } from './open-run';
import { runInfoOf, type BenchedRun } from './run-bench';

/** A run that is kept, read for being looked at; nothing of its folder is changed. */
export interface KeptRun extends BenchedRun {
  readonly info: RunInfo;
  readonly position: TrainingPosition;
  /** `null` for a run that did not end. */
  readonly result: RunResult | null;
  readonly metrics: readonly MetricsLine[];
}

/** Reads a run as it ended; one that did not, as its newest checkpoint holds it. Refuses one without a checkpoint. */
export async function readKeptRun(folder: string): Promise<KeptRun> {
  const spec = await readRunSpec(folder);
  const checkpoint = await readCheckpoint(await checkpointOf(folder));
  return {
    folder,
    recipe: spec.recipe,
    spec,
    checkpoint,
    info: runInfoOf(folder, spec),
    position: checkpoint.position,
    result: await readResult(folder),
    metrics: await readMetrics(folder),
  };
}

/** How far the run had come, as it was told while it was trained. */
export function progressOf({ position, recipe, result }: KeptRun, { trainingCount }: Bench): Progress {
  const { batchSize, epochs } = recipe.training;
  const stepsPerEpoch = Math.ceil(trainingCount / batchSize);
  const whole = position.batch === 0 && position.epochs > 0;
  return {
    epoch: whole ? position.epochs : position.epochs + 1,
    epochs,
    step: whole ? stepsPerEpoch : position.batch,
    stepsPerEpoch,
    learningRate: position.learningRate,
    imagesPerSecond: result?.imagesPerSecond ?? null,
    secondsLeft: null,
  };
}

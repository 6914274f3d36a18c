import path from 'node:path';
import type { Resumption } from '#shared/api';
import { Refusal } from '#shared/errors';
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
import { openBench, type Bench, type DataShelf } from './bench';
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
  const bench = await openAsBegun(recipe, checkpoint, shelf, watch, log);
  try {
    checkSameData(bench, spec, folder);
    const position = positionOf(checkpoint, recipe, learningRate);
    if (checkpoint !== null) {
      const { weights, optimizer } = checkpoint;
      bench.step.restore({ weights, optimizer, step: position.step });
    }
    const metrics = await rewind(folder, { ...spec, recipe }, position);
    const info = {
      id: path.basename(path.resolve(folder)),
      folder: path.resolve(folder),
      startedAt: spec.startedAt,
    };
    return { bench, start: { info, position, checkpointed: checkpoint !== null }, metrics };
  } catch (thrown) {
    bench.step.dispose();
    throw thrown;
  }
}

/** A checkpoint holds all weights and layers: what the network once began with need not be there any more. */
async function openAsBegun(
  recipe: Recipe,
  checkpoint: Checkpoint | null,
  ...rest: [shelf: DataShelf, watch: OpeningWatch, log: (sentence: string) => void]
): Promise<Bench> {
  if (checkpoint === null) return openBench(recipe, ...rest);
  const bench = await openBench({ ...recipe, initialWeights: null }, ...rest, checkpoint.topology);
  return { ...bench, recipe };
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

function checkSameData({ info }: Bench, spec: RunSpec, folder: string): void {
  const { inputShape } = info.summary;
  if (inputShape.join() !== spec.inputShape.join() || info.classes.length !== spec.classes.length) {
    throw new Refusal(
      `The data of ${folder} is not what it was: images of ${inputShape.join(' x ')} in ${info.classes.length} ` +
        `classes instead of ${spec.inputShape.join(' x ')} in ${spec.classes.length}. Put the old data back.`,
    );
  }
}

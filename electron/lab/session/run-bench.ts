import path from 'node:path';
import type { RunInfo } from '#shared/api';
import { Refusal } from '#shared/errors';
import type { Recipe } from '#shared/spec';
import type { OpeningWatch } from '../data/data-set';
import type { Checkpoint } from '../runs/checkpoint';
import type { RunSpec } from '../runs/run-folder';
import { openBench, type Bench, type DataShelf } from './bench';

/** A run's network, to be put before the images that it was trained on. */
export interface BenchedRun {
  readonly folder: string;
  /** As it goes on, or as it was trained. */
  readonly recipe: Recipe;
  readonly spec: RunSpec;
  /** `null` before the first: the network is as it began. */
  readonly checkpoint: Checkpoint | null;
}

/** Opens data and network of a run as a checkpoint left them. The caller disposes of the bench's step. */
export async function openRunBench(
  { folder, recipe, spec, checkpoint }: BenchedRun,
  ...rest: [shelf: DataShelf, watch: OpeningWatch, log: (sentence: string) => void]
): Promise<Bench> {
  const bench = await openAsBegun(recipe, checkpoint, ...rest);
  try {
    checkSameData(bench, spec, folder);
    if (checkpoint !== null) {
      const { weights, optimizer, position } = checkpoint;
      bench.step.restore({ weights, optimizer, step: position.step });
    }
    return bench;
  } catch (thrown) {
    bench.step.dispose();
    throw thrown;
  }
}

export function runInfoOf(folder: string, { startedAt }: RunSpec): RunInfo {
  const whole = path.resolve(folder);
  return { id: path.basename(whole), folder: whole, startedAt };
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

function checkSameData({ info }: Bench, spec: RunSpec, folder: string): void {
  const { inputShape } = info.summary;
  if (inputShape.join() !== spec.inputShape.join() || info.classes.length !== spec.classes.length) {
    throw new Refusal(
      `The data of ${folder} is not what it was: images of ${inputShape.join(' x ')} in ${info.classes.length} ` +
        `classes instead of ${spec.inputShape.join(' x ')} in ${spec.classes.length}. Put the old data back.`,
    );
  }
}

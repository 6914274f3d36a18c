import type { RunMetrics } from '#shared/api';
import { Refusal } from '#shared/errors';
import { readMetrics, type MetricsLine } from './metrics-file';
import { readRunSpec, runFiles } from './run-folder';
import { errorCode } from './storage';

/** What the epochs of a run came to. Also of one that is being trained. */
export async function readRunMetrics(folder: string): Promise<RunMetrics> {
  // A folder that is no run is refused by name, instead of having no epochs.
  await readRunSpec(folder);
  return { epochs: await readEpochs(folder) };
}

/** The epochs of what is known to be a run's folder. */
export async function readEpochs(folder: string): Promise<RunMetrics['epochs']> {
  return (await linesOf(folder)).filter((line) => line.type === 'epoch');
}

async function linesOf(folder: string): Promise<readonly MetricsLine[]> {
  try {
    return await readMetrics(folder);
  } catch (thrown) {
    if (errorCode(thrown) === undefined) throw thrown;
    throw new Refusal(
      `The epochs of ${folder} cannot be read: its ${runFiles.metrics} is no file that may be read; put it back or give yourself the right to.`,
      { cause: thrown },
    );
  }
}

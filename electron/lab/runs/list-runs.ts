import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunListing } from '#shared/api';
import { Refusal } from '#shared/errors';
import { asidePrefix } from './atomic';
import { readResult, readRunSpec } from './run-folder';
import { readEpochs } from './run-metrics';
import { errorCode } from './storage';

/** Every run among the others, newest first. Folders that are no runs are passed over. */
export async function listRuns(among: string): Promise<readonly RunListing[]> {
  const names = await readdir(among).catch((thrown: unknown) => {
    if (errorCode(thrown) === 'ENOENT') return [];
    throw thrown;
  });
  const folders = names
    .filter((name) => !name.startsWith(asidePrefix))
    .sort()
    .reverse();
  const listed = await Promise.all(folders.map((name) => listRun(path.join(among, name))));
  return listed.filter((run) => run !== null);
}

/** `null` for what is no run. A run that lost a part is listed with what is left of it. */
async function listRun(folder: string): Promise<RunListing | null> {
  const spec = await orRefused(readRunSpec(folder));
  if (spec instanceof Refusal) return null;
  const { startedAt, recipe } = spec;
  const read = await orRefused(readEpochs(folder));
  const result = await orRefused(readResult(folder));
  const epochs = read instanceof Refusal ? [] : read;
  const problem = [read, result].find((part) => part instanceof Refusal);
  return {
    id: path.basename(folder),
    folder,
    startedAt,
    recipe,
    epochs: epochs.length,
    lastEpoch: epochs.at(-1) ?? null,
    problem: problem?.message ?? null,
    result: result instanceof Refusal ? null : result,
  };
}

async function orRefused<T>(reading: Promise<T>): Promise<T | Refusal> {
  try {
    return await reading;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
}

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunListing } from '#shared/api';
import { Refusal } from '#shared/errors';
import { asidePrefix } from './atomic';
import { readMetrics } from './metrics-file';
import { readResult, readRunSpec } from './run-folder';
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

async function listRun(folder: string): Promise<RunListing | null> {
  try {
    const { startedAt, recipe } = await readRunSpec(folder);
    const epochs = (await readMetrics(folder)).filter((line) => line.type === 'epoch');
    return {
      id: path.basename(folder),
      folder,
      startedAt,
      recipe,
      epochs: epochs.length,
      lastEpoch: epochs.at(-1) ?? null,
      result: await readResult(folder),
    };
  } catch (thrown) {
    if (thrown instanceof Refusal) return null;
    throw thrown;
  }
}

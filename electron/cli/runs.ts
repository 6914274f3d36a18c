import type { RunListing } from '#shared/api';
import { listRuns } from '../lab/runs/list-runs';
import { print, say } from './terminal';

/** Lists the runs of a folder, one a line. */
export async function runs(folder: string, json: boolean): Promise<void> {
  const listed = await listRuns(folder);
  if (listed.length === 0) say(`There are no runs in ${folder} yet.`);
  for (const run of listed) print(json ? JSON.stringify({ type: 'run', ...run }) : runLine(run));
}

function runLine({ id, startedAt, epochs, recipe, result, problem }: RunListing): string {
  if (problem !== null) return `${id} · ${startedAt.slice(0, 16).replace('T', ' ')} · ${problem}`;
  const ending =
    result === null ? 'not ended' : `${result.ended}, test accuracy ${result.testAccuracy.toFixed(4)}`;
  return `${id} · ${startedAt.slice(0, 16).replace('T', ' ')} · epoch ${epochs}/${recipe.training.epochs} · ${ending}`;
}

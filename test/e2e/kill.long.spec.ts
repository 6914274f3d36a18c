import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { readResumableRun } from '../../electron/lab/runs/resumable-run';
import { readMetrics } from '../../electron/lab/runs/metrics-file';
import { readResult } from '../../electron/lab/runs/run-folder';
import { derivedSeed } from '../../shared/random';
import { convscope, projectRoot } from './convscope';

const kills = 50;
/** Milliseconds from when the engine runs, which is within the opening of data and network, or training. */
const longestLife = 5000;
/** Every so many-th kill is counted from the start of the process instead. */
const earlyKill = 8;

/** Long enough to be killed many times, with batch normalisation, a schedule and checkpoints inside epochs. */
const recipe =
  '--model batch-norm --data digits --limit 3000 --epochs 12 --batch 32 --optimizer adam --seed 5';
const train = [...`train ${recipe} --validation-split 0.1 --checkpoint-minutes 0.02 --json --out`.split(' ')];

/** Runs the lab and kills it so many milliseconds after its engine, or its process, has started. */
async function killed(
  words: readonly string[],
  milliseconds: number,
  from: 'process' | 'engine',
): Promise<'killed' | 'ended'> {
  const child = spawn(process.execPath, ['out/main/cli.js', ...words], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let timer: NodeJS.Timeout | null = null;
  const start = (): void => {
    timer ??= setTimeout(() => child.kill('SIGKILL'), milliseconds);
  };
  if (from === 'process') start();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (/ on (CPU|GPU|SIMD)/.test(text)) start();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (timer !== null) clearTimeout(timer);
  if (code !== null && code !== 0) throw new Error(`convscope ${words.join(' ')} ended with ${code}`);
  return code === null ? 'killed' : 'ended';
}

async function lastTensors(run: string): Promise<readonly string[]> {
  const checkpoints = (await readdir(path.join(run, 'checkpoints'))).sort();
  const newest = path.join(run, 'checkpoints', String(checkpoints.at(-1)));
  const files = ['weights.bin', 'optimizer.bin'].map((file) => readFile(path.join(newest, file)));
  return (await Promise.all(files)).map((bytes) => bytes.toString('base64'));
}

test(`a run killed ${kills} times opens after every kill and ends with the same weights`, async () => {
  test.setTimeout(20 * 60_000);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-kill-'));
  const whole = path.join(folder, 'whole');
  const broken = path.join(folder, 'broken');
  const unbroken = await convscope(...train, whole);
  expect(unbroken.code, unbroken.stderr).toBe(0);

  let count = 0;
  let furthest = 0;
  for (let round = 0; count < kills; round++) {
    const life = derivedSeed(7, round) % longestLife;
    const exists = (await readdir(folder)).includes('broken');
    const begun = exists && (await readdir(broken)).length > 0;
    const from = round % earlyKill === 0 ? 'process' : 'engine';
    const end = await killed(begun ? ['resume', broken] : [...train, broken], life, from);
    if (end === 'killed') count++;
    if (!(await readdir(folder)).includes('broken') || (await readdir(broken)).length === 0) continue;
    // The kill may also come after the run's last file and before the process has gone.
    if (end === 'ended' || (await readResult(broken)) !== null) {
      // It came to its end before it was killed often enough: check it, and break the next one.
      expect(await lastTensors(broken)).toEqual(await lastTensors(whole));
      await rm(broken, { recursive: true });
      continue;
    }
    const { checkpoint } = await readResumableRun({ folder: broken });
    const metrics = await readMetrics(broken);
    furthest = Math.max(furthest, checkpoint?.position.step ?? 0);
    expect(metrics.filter(({ type }) => type === 'batch').length).toBeGreaterThanOrEqual(
      checkpoint?.position.step ?? 0,
    );
  }
  // The kills fell into training, not only into the loading of TensorFlow.
  expect(furthest).toBeGreaterThan(100);

  const begun = (await readdir(folder)).includes('broken');
  const ended = begun ? await convscope('resume', broken) : await convscope(...train, broken);
  expect(ended.code, ended.stderr).toBe(0);
  expect(await lastTensors(broken)).toEqual(await lastTensors(whole));
  await rm(folder, { recursive: true });
});

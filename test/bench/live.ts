import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { LabApi, Session, WindowApi } from '#shared/api';
import { packed } from '#shared/packing';
import { connectLab } from '#shared/rpc';
import { recipe } from '#shared/spec';
import { startLabProcess, type ForkedLabProcess } from '../../electron/lab-process/fork';
import { presets } from '../../electron/lab/model/presets';
import { median } from './median';

/** What one training run came to. */
interface Trial {
  readonly imagesPerSecond: number;
  readonly frames: number;
  readonly metricsMessages: number;
}

/**
 * npm run bench -- live [--repetitions 5] [--images 12800]: what watching costs. Trains the textbook's convnet with
 * nobody watching and with a window that takes every frame at once, in turn, in one process, and prints the ratio of
 * the medians. The window here only unpacks what it is sent: drawing is the work of another process.
 */
export default async function live(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: { repetitions: { type: 'string', default: '5' }, images: { type: 'string', default: '12800' } },
  });
  const repetitions = Number(values.repetitions);
  const runsFolder = await mkdtemp(path.join(os.tmpdir(), 'convscope-bench-'));
  const process = startLabProcess({
    entry: path.resolve('out/main/lab-process.js'),
    engine: 'auto',
    runsFolder,
    log: ({ message }) => {
      print(message);
    },
  });
  try {
    await running(process);
    await trial(process, false, Number(values.images));
    const unwatched: Trial[] = [];
    const watched: Trial[] = [];
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      unwatched.push(await trial(process, false, Number(values.images)));
      watched.push(await trial(process, true, Number(values.images)));
      print(line(repetition, unwatched.at(-1) as Trial, watched.at(-1) as Trial));
    }
    const speed = (trials: readonly Trial[]) => median(trials.map(({ imagesPerSecond }) => imagesPerSecond));
    const ratio = speed(watched) / speed(unwatched);
    print(`watched / unwatched ${ratio.toFixed(3)} (goal: at least 0.95)`);
    print(JSON.stringify({ bench: 'live', ratio, unwatched, watched }));
  } finally {
    await process.quit();
    await rm(runsFolder, { recursive: true, force: true });
  }
}

async function running(process: ForkedLabProcess): Promise<void> {
  while (process.state.kind === 'starting') await pause();
  if (process.state.kind !== 'running') throw new Error('The lab did not start.');
}

async function trial(process: ForkedLabProcess, watched: boolean, limit: number): Promise<Trial> {
  const counts = { frames: 0, metricsMessages: 0 };
  let session: Session = { phase: 'empty' };
  const window: WindowApi = {
    sessionChanged: (changed) => (session = changed),
    metricsArrived: () => void counts.metricsMessages++,
    frameArrived: () => void counts.frames++,
    insightProgressed: () => undefined,
  };
  const bytes = process.connect();
  const lab = connectLab(packed(bytes), window, ({ message }) => {
    print(message);
  });
  await lab.train(
    recipe.parse({
      model: presets[0]?.spec,
      data: { source: 'digits', limit },
      training: { epochs: 1 },
    }),
  );
  if (watched) await lab.join();
  const { result } = await finished(lab, () => session, watched);
  bytes.close();
  if (result === null) throw new Error('The run was interrupted.');
  return { imagesPerSecond: result.imagesPerSecond, ...counts };
}

/** A window that has not joined is told nothing: it asks at long intervals. */
async function finished(
  lab: LabApi,
  latest: () => Session,
  watched: boolean,
): Promise<Extract<Session, { phase: 'finished' }>> {
  for (;;) {
    await pause();
    const session = watched ? latest() : await listedAsFinished(lab);
    if (session?.phase === 'finished') return session;
    if (session?.phase === 'failed') throw new Error(session.problem.message);
  }
}

async function listedAsFinished(lab: LabApi): Promise<Session | null> {
  const [newest] = await lab.runs();
  if (newest === undefined || newest.result === null) return null;
  const { session } = await lab.join();
  return session;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250));
}

function line(repetition: number, unwatched: Trial, watched: Trial): string {
  const speed = ({ imagesPerSecond }: Trial) =>
    `${Math.round(imagesPerSecond).toLocaleString('en-US')} img/s`;
  return `${repetition}: unwatched ${speed(unwatched)}, watched ${speed(watched)} (${watched.frames} frames)`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Session } from '#shared/api';
import { packed } from '#shared/packing';
import { connectLab } from '#shared/rpc';
import { recipe } from '#shared/spec';
import { startLabProcess } from '../../electron/lab-process/fork';
import { presets } from '../../electron/lab/model/presets';

/** Epochs in which caches fill; growth is counted from there. */
const settledEpoch = 5;

/**
 * npm run bench -- memory [--data ../shared/data/mnist] [--epochs 50] [--limit N]: the lab's resident memory at the end
 * of every epoch of the textbook's convnet, its peak, its growth after the first epochs, and the time from `train` to
 * the first finished batch. Linux only: it reads /proc.
 */
export default async function memory(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      data: { type: 'string', default: '../shared/data/mnist' },
      epochs: { type: 'string', default: '50' },
      limit: { type: 'string' },
    },
  });
  const runsFolder = await mkdtemp(path.join(os.tmpdir(), 'convscope-bench-'));
  const lab = startLabProcess({
    entry: path.resolve('out/main/lab-process.js'),
    engine: 'auto',
    runsFolder,
    log: ({ message }) => {
      print(message);
    },
  });
  try {
    const started = performance.now();
    while (lab.state.kind === 'starting') await pause();
    const process = await childProcess();
    let firstBatch: number | null = null;
    let session: Session = { phase: 'empty' };
    const resident: number[] = [];
    const reading: Promise<void>[] = [];
    const calls = connectLab(
      packed(lab.connect()),
      {
        sessionChanged: (changed) => (session = changed),
        metricsArrived: ({ loss, epochs }) => {
          if (loss.length > 0) firstBatch ??= performance.now() - started;
          for (const { epoch } of epochs) {
            reading.push(megabytes(process, 'VmRSS').then((size) => void (resident[epoch - 1] = size)));
          }
        },
        frameArrived: () => undefined,
        insightProgressed: () => undefined,
      },
      ({ message }) => {
        print(message);
      },
    );
    await calls.join();
    await calls.train(
      recipe.parse({
        model: presets[0]?.spec,
        data: {
          source: 'idx',
          folder: path.resolve(values.data),
          limit: values.limit === undefined ? null : Number(values.limit),
        },
        training: { epochs: Number(values.epochs) },
      }),
    );
    const current = (): Session => session;
    while (current().phase !== 'finished' && current().phase !== 'failed') await pause();
    await Promise.all(reading);
    const peak = await megabytes(process, 'VmHWM');
    const growth = (resident.at(-1) ?? NaN) / (resident[settledEpoch - 1] ?? NaN) - 1;
    print(
      `resident after epoch ${settledEpoch} and ${resident.length}, MB: ${resident[settledEpoch - 1]}, ${resident.at(-1)}`,
    );
    print(`growth ${(100 * growth).toFixed(1)} % (goal: under 2 %), peak ${peak} MB (goal: at most 1,500)`);
    print(`start of the process to the first batches reported: ${((firstBatch ?? NaN) / 1000).toFixed(1)} s`);
    print(JSON.stringify({ bench: 'memory', resident, peak, growth, firstBatchMilliseconds: firstBatch }));
  } finally {
    await lab.quit();
    await rm(runsFolder, { recursive: true, force: true });
  }
}

async function childProcess(): Promise<string> {
  const { pid } = globalThis.process;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return String(children.trim().split(' ').at(-1));
}

async function megabytes(process: string, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${process}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

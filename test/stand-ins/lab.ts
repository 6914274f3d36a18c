/**
 * A lab without TensorFlow, for tests of what carries it. It stands where `electron/lab/lab.ts` does, so that the
 * rest of the lab's process is the real one.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import type { LabApi, MetricsUpdate, Snapshot } from '#shared/api';
import { Refusal } from '#shared/errors';
import type { Frame } from '#shared/frames';
import { labCalling, type RemoteWindow } from '#shared/rpc';
import type { Lab, LabOptions } from '../../electron/lab/lab';

/** What `probe({ kind: 'sample', index })` does here, by index. */
export const mishaps = {
  exit0: 0,
  exit3: 3,
  kill: 9,
  segfault: 11,
  throwLater: 20,
  rejectLater: 21,
  fault: 22,
};

/** How the folder of the runs is named to make the lab behave. */
export const folders = { refuses: 'refuses', hangs: 'hangs' };

/** Written by `quit`, as a run's last words are. */
export const endFile = 'run-ended';

export const metrics: MetricsUpdate = {
  firstStep: 3,
  loss: Float32Array.of(0.5, 0.25),
  accuracy: Float32Array.of(0.125, 0.75),
  epochs: [],
  progress: null,
};

export const frame: Frame = {
  step: 5,
  epoch: 1,
  probe: { kind: 'sample', index: 0, label: 7 },
  layers: [{ name: 'input', shape: [2, 2, 1], offset: 0, scale: 0.1, start: 0 }],
  codes: Uint8Array.of(0, 1, 128, 255),
  output: Float32Array.of(0.25, 0.75),
};

const snapshot: Snapshot = { session: { phase: 'empty' }, metrics, frame };

export async function openLab({ runsFolder }: LabOptions): Promise<Lab> {
  if (path.basename(runsFolder) === folders.refuses) throw new Refusal('No engine can be had here.');
  return {
    connect: (remote) => answer(remote, runsFolder),
    quit: async () => {
      if (path.basename(runsFolder) === folders.hangs) await new Promise(() => undefined);
      await wait(200);
      await writeFile(path.join(runsFolder, endFile), 'whole');
    },
  };
}

function answer(remote: RemoteWindow, runsFolder: string): LabApi {
  return {
    ...labCalling(async (method) => {
      throw new Refusal(`This lab is a stand-in and cannot ${method}.`);
    }),
    describe: async () => ({
      version: '0.0.0',
      engine: { engine: 'wasm', title: 'Stand-in', version: '0', device: 'none', notes: [], candidates: [] },
      presets: [],
      sources: [],
      defaultRecipe: {} as never,
      runsFolder,
    }),
    join: async () => snapshot,
    pause: async () => {
      remote.window.metricsArrived(metrics);
    },
    // Resolves when the window has taken the frame.
    resume: () => remote.window.frameArrived(frame),
    probe: async (choice) => {
      if (choice.kind === 'sample') await meetWith(choice.index);
    },
    samples: async ({ from, count }) => ({
      from,
      total: 100,
      shape: [1, 1, 1],
      pixels: new Uint8Array(count).fill(from),
      labels: new Int32Array(count).fill(-1),
    }),
  };
}

async function meetWith(mishap: number): Promise<void> {
  switch (mishap) {
    case mishaps.exit0:
      process.exit(0);
      break;
    case mishaps.exit3:
      process.exit(3);
      break;
    case mishaps.kill:
      process.kill(process.pid, 'SIGKILL');
      break;
    case mishaps.segfault:
      process.kill(process.pid, 'SIGSEGV');
      break;
    case mishaps.throwLater:
      setTimeout(() => {
        throw new Error('a tensor was disposed twice');
      }, 0);
      break;
    case mishaps.rejectLater:
      void Promise.reject(new Error('nobody caught this'));
      break;
    case mishaps.fault:
      throw new Error('a fault of the lab', { cause: new Error('its cause') });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Session } from '#shared/api';
import { recipe } from '#shared/spec';
import { LabSession } from '../../../../../../electron/lab/session/session';

/** Two convolutions and a dense layer, with a layer between that has no channels. */
export const tinyRecipe = recipe.parse({
  model: {
    name: 'tiny',
    layers: [
      { kind: 'conv2d', filters: 3, kernelSize: 5, strides: 4, activation: 'relu' },
      { kind: 'conv2d', filters: 2, kernelSize: 3, activation: 'relu' },
      { kind: 'flatten' },
      { kind: 'dense', units: 'classes', activation: 'softmax' },
    ],
  },
  data: { source: 'digits', limit: 60 },
  training: { epochs: 2, batchSize: 20, validationSplit: 0.2 },
});

export interface TinyRun {
  /** A folder of its own, for files. */
  readonly folder: string;
  readonly run: string;
  readonly session: LabSession;
  remove(): Promise<void>;
}

/** Trains the tiny network; the session keeps it on its bench. */
export async function trainTinyRun(): Promise<TinyRun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-export-'));
  const session = new LabSession({ engine: 'wasm', runsFolder: folder, log: () => undefined });
  const ended = new Promise<string>((resolve, reject) => {
    session.attach({
      sessionChanged: (changed: Session) => {
        if (changed.phase === 'finished') resolve(changed.run.folder);
        if (changed.phase === 'failed') reject(new Error(changed.problem.message));
      },
      metricsArrived: () => undefined,
      frameArrived: () => Promise.resolve(),
    });
  });
  await session.train(tinyRecipe);
  return {
    folder,
    run: await ended,
    session,
    remove: async () => {
      await session.quit();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLabProcess } from '../lab-process/fork';
import { defaultRunsFolder } from '../lab/runs/runs-folder';
import { serve as startServer } from '../server/serve';
import type { WantedEngine } from './arguments';
import { print, say } from './terminal';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly engine: WantedEngine;
  readonly runs: string | null;
  /** The model or run that the window begins with. */
  readonly open: string | null;
  readonly json: boolean;
}

/** Serves the laboratory to browsers until it is interrupted. */
export async function serve({ host, port, engine, runs, open, json }: ServeOptions): Promise<void> {
  const rendererFolder = fileURLToPath(new URL('../renderer/', import.meta.url));
  const log = (problem: { readonly message: string; readonly detail: string | null }): void => {
    say(problem.detail ?? problem.message);
  };
  const lab = startLabProcess({
    entry: fileURLToPath(new URL('./lab-process.js', import.meta.url)),
    engine,
    runsFolder: runs ?? defaultRunsFolder(),
    log,
  });
  const server = await startServer({
    lab,
    host,
    port,
    rendererFolder,
    log,
    ...(open !== null && { openModel: path.resolve(open) }),
  });
  print(json ? JSON.stringify({ type: 'serving', url: server.url }) : `Convscope is served at ${server.url}`);
  await interrupted();
  await server.close();
  await lab.quit();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

import type { LabState } from '#shared/shell';

export type { LabState };

/**
 * The process that owns TensorFlow, seen from the one that started it. Whatever ends it unasked is a state with a
 * sentence, and `restart` begins anew.
 */
export interface LabProcess {
  readonly state: LabState;
  /** Calls back at every change of state until the returned function is called. */
  onState(listener: (state: LabState) => void): () => void;
  /** Starts the process again if it is gone; otherwise does nothing. */
  restart(): void;
  /** Ends the run in progress so that its folder is whole, then the process. Resolves when it has ended. */
  quit(): Promise<void>;
}

export interface LabProcessOptions {
  /** The built entry of the lab's process. */
  readonly entry: string;
  /** `auto`, `tensorflow` or `wasm`; the process checks it at its door. */
  readonly engine: string;
  /** `null` is the platform's own place. */
  readonly runsFolder: string | null;
}

/** What `electron/lab/process.ts` reads. */
export function processArguments({ engine, runsFolder }: LabProcessOptions): string[] {
  return ['--engine', engine, ...(runsFolder === null ? [] : ['--runs', runsFolder])];
}

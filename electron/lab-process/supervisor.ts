import { Listeners } from '#shared/listeners';
import type { Problem } from '#shared/errors';
import { fromLabProcess, type FromLabProcess, type ToLabProcess } from '#shared/process-messages';
import { exitReason, type ProcessExit } from './exit-reason';
import type { LabProcess, LabState } from './lab-process';

/** A started process, whatever started it. */
export interface Child {
  /** Messages to a process that has ended are dropped. */
  post(message: ToLabProcess): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Calls back once, also when the process could not be started at all (`error`). */
  onExit(listener: (exit: ProcessExit | { readonly error: Error }) => void): void;
  kill(): void;
}

/** A run ends after its batch and writes its folder; what takes longer hangs. */
const millisecondsToQuit = 20_000;

/** What windows send and hear through the process's IPC. */
export type WindowMessage = Extract<FromLabProcess, { kind: 'bytes' | 'close' }>;

export interface SupervisorOptions<C extends Child> {
  readonly start: () => C;
  readonly log: (problem: Problem) => void;
  readonly onWindowMessage?: (message: WindowMessage) => void;
  readonly millisecondsToQuit?: number;
}

/** Starts a lab's process and watches it. The desktop shell and the others differ only in the child they start. */
export class Supervisor<C extends Child> implements LabProcess {
  readonly #options: SupervisorOptions<C>;
  readonly #states = new Listeners<LabState>();
  #state: LabState = { kind: 'starting' };
  #child: C;
  #quit: Promise<void> | null = null;

  constructor(options: SupervisorOptions<C>) {
    this.#options = options;
    this.#child = this.#start();
  }

  get state(): LabState {
    return this.#state;
  }

  /** The process that runs now. */
  get child(): C {
    return this.#child;
  }

  onState(listener: (state: LabState) => void): () => void {
    return this.#states.add(listener);
  }

  restart(): void {
    if (this.#state.kind !== 'gone' || this.#quit !== null) return;
    this.#become({ kind: 'starting' });
    this.#child = this.#start();
  }

  quit(): Promise<void> {
    this.#quit ??= this.#state.kind === 'gone' ? Promise.resolve() : this.#end(this.#child);
    return this.#quit;
  }

  #end(child: C): Promise<void> {
    const patience = this.#options.millisecondsToQuit ?? millisecondsToQuit;
    return new Promise((resolve) => {
      const killer = setTimeout(() => {
        this.#log(`The lab's process did not end within ${patience / 1000} s and was killed.`);
        child.kill();
      }, patience);
      child.onExit(() => {
        clearTimeout(killer);
        resolve();
      });
      child.post({ kind: 'quit' });
    });
  }

  #start(): C {
    const child = this.#options.start();
    let failure: Problem | null = null;
    child.onMessage((message) => {
      const checked = fromLabProcess.safeParse(message);
      if (!checked.success) {
        this.#log(
          `The lab's process sent a message that is not part of the protocol: ${checked.error.message}`,
        );
        return;
      }
      const received = checked.data;
      switch (received.kind) {
        case 'ready':
          this.#become({ kind: 'running' });
          return;
        case 'failed':
          failure = received.problem;
          if (failure.kind === 'fault') this.#options.log(failure);
          return;
        case 'log':
          this.#options.log(received.problem);
          return;
        case 'bytes':
        case 'close':
          this.#options.onWindowMessage?.(received);
          return;
      }
    });
    child.onExit((exit) => {
      this.#become({ kind: 'gone', reason: this.#reason(exit, failure) });
    });
    return child;
  }

  #reason(exit: ProcessExit | { readonly error: Error }, failure: Problem | null): string {
    if (this.#quit !== null) return 'The lab was closed.';
    if (failure !== null) {
      return failure.kind === 'refusal' ? failure.message : `The lab's process failed: ${failure.message}`;
    }
    if ('error' in exit) return `The lab's process could not be started: ${exit.error.message}.`;
    return exitReason(exit);
  }

  #become(state: LabState): void {
    this.#state = state;
    this.#states.notify(state);
  }

  #log(message: string): void {
    this.#options.log({ kind: 'fault', message, detail: null });
  }
}

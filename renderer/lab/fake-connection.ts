import type { LabApi, WindowApi } from '#shared/api';
import { ProblemError } from '#shared/errors';
import { labCalling } from '#shared/rpc';
import type { LabCapabilities, LabConnection, LabConnectionState } from './connection';
import { FakeLab } from './fake-lab';
import { FakeRuns } from './fake-runs';

/** A connection to a `FakeLab` that can be lost and restarted at will. */
export class FakeConnection implements LabConnection {
  readonly capabilities: LabCapabilities = { shell: 'fake', pathOf: null, hasDialog: false };
  readonly #runs = new FakeRuns();
  lab = new FakeLab(this.#runs);
  #state: LabConnectionState = { kind: 'connecting' };
  #window: WindowApi | null = null;
  readonly #listeners = new Set<(state: LabConnectionState) => void>();

  get state(): LabConnectionState {
    return this.#state;
  }

  onState(listener: (state: LabConnectionState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  connect(window: WindowApi): LabApi {
    this.#window = window;
    this.lab.attach(window);
    return labCalling(async (method, args) => {
      this.#refuseUnlessConnected();
      return (this.lab[method] as (...args: readonly unknown[]) => Promise<unknown>).apply(this.lab, [
        ...args,
      ]);
    });
  }

  onOpenModel(): () => void {
    return () => undefined;
  }

  chooseModel(): void {
    // A lab without a shell has no dialog.
  }

  open(): void {
    this.#change({ kind: 'connected' });
  }

  /** As if the lab's process had died. */
  lose(reason: string, canRestart = true): void {
    this.lab.dispose();
    this.#change({ kind: 'gone', reason, canRestart });
  }

  restart(): void {
    if (this.#state.kind !== 'gone') return;
    this.#change({ kind: 'connecting' });
    this.lab = new FakeLab(this.#runs);
    if (this.#window !== null) this.lab.attach(this.#window);
    setTimeout(() => {
      this.open();
    }, 200);
  }

  close(): void {
    this.lab.dispose();
  }

  #refuseUnlessConnected(): void {
    if (this.#state.kind === 'connected') return;
    const message = this.#state.kind === 'gone' ? this.#state.reason : 'The lab is still starting.';
    throw new ProblemError({ kind: 'refusal', message, detail: null });
  }

  #change(state: LabConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

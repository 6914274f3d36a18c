import type { LabApi, WindowApi } from '#shared/api';
import type { Channel } from '#shared/channel';
import { ProblemError, type Problem } from '#shared/errors';
import { Listeners } from '#shared/listeners';
import { connectLab, labCalling } from '#shared/rpc';
import { fromShell, type ToShell } from '#shared/shell';
import type { LabCapabilities, LabConnection, LabConnectionState } from './connection';

/** What a client asks of its carrier. */
export interface ShellCarrier {
  post(message: ToShell): void;
  close(): void;
}

/**
 * What the clients have in common: the state, the one lab that stores keep, and the channel that each running lab
 * gets. The carriers (a port, a socket) tell it what they hear.
 */
export class LabClient implements LabConnection {
  readonly capabilities: LabCapabilities;
  readonly #carrier: ShellCarrier;
  readonly #report: (problem: Problem) => void;
  readonly #states = new Listeners<LabConnectionState>();
  readonly #openings = new Listeners<string>();
  /** Named before anybody listened. */
  #named: string[] = [];
  #state: LabConnectionState = { kind: 'connecting' };
  #window: WindowApi | null = null;
  #channel: Channel | null = null;
  #lab: LabApi | null = null;

  constructor(
    capabilities: LabCapabilities,
    carrier: ShellCarrier,
    report: (problem: Problem) => void = reportInPage,
  ) {
    this.capabilities = capabilities;
    this.#carrier = carrier;
    this.#report = report;
  }

  get state(): LabConnectionState {
    return this.#state;
  }

  onState(listener: (state: LabConnectionState) => void): () => void {
    const remove = this.#states.add(listener);
    listener(this.#state);
    return remove;
  }

  onOpenModel(listener: (path: string) => void): () => void {
    for (const path of this.#named.splice(0)) listener(path);
    return this.#openings.add(listener);
  }

  chooseModel(what: 'file' | 'folder'): void {
    this.#carrier.post({ kind: 'chooseModel', what });
  }

  connect(window: WindowApi): LabApi {
    this.#window = window;
    return labCalling((method, args) => {
      if (this.#lab === null) return Promise.reject(notConnected(this.#state));
      const call = this.#lab[method] as (...args: readonly unknown[]) => Promise<unknown>;
      return call(...args);
    });
  }

  restart(): void {
    if (this.#state.kind === 'gone' && this.#state.canRestart) this.#carrier.post({ kind: 'restart' });
  }

  close(): void {
    this.#drop('The window has let go of the lab.');
    this.#carrier.close();
  }

  /**
   * Takes a message of the shell, unread, and says what the carrier must do now: answer `running` with `open` and a
   * channel, attach the `port` that came with the message, or nothing.
   */
  heard(message: unknown): 'running' | 'port' | 'nothing' {
    const checked = fromShell.parse(message);
    if (checked.kind === 'port') return 'port';
    if (checked.kind === 'openModel') {
      this.#openModel(checked.path);
      return 'nothing';
    }
    const { state } = checked;
    switch (state.kind) {
      case 'starting':
        this.#drop(null);
        this.#become({ kind: 'connecting' });
        return 'nothing';
      case 'running':
        return 'running';
      case 'gone':
        this.#drop(state.reason);
        this.#become({ kind: 'gone', reason: state.reason, canRestart: true });
        return 'nothing';
    }
  }

  /** A fresh channel to a running lab. */
  attach(channel: Channel): void {
    this.#drop(null);
    this.#channel = channel;
    channel.onClose((reason) => {
      if (this.#channel === channel) this.lost(reason ?? 'The lab has closed the connection.');
    });
    this.#lab = connectLab(channel, this.#toWindow(), this.#report);
    this.#become({ kind: 'connected' });
  }

  /** The carrier was lost, or cannot be had. */
  lost(reason: string): void {
    this.#drop(reason);
    this.#become({ kind: 'gone', reason, canRestart: false });
  }

  #openModel(path: string): void {
    if (this.#openings.empty) this.#named.push(path);
    else this.#openings.notify(path);
  }

  #drop(reason: string | null): void {
    const channel = this.#channel;
    this.#channel = null;
    this.#lab = null;
    channel?.close(reason ?? undefined);
  }

  #become(state: LabConnectionState): void {
    this.#state = state;
    this.#states.notify(state);
  }

  /** Whoever is to be told now, so that a channel need not know when that changes. */
  #toWindow(): WindowApi {
    return {
      sessionChanged: (session) => this.#window?.sessionChanged(session),
      metricsArrived: (update) => this.#window?.metricsArrived(update),
      frameArrived: (frame) => this.#window?.frameArrived(frame),
      insightProgressed: (progress) => this.#window?.insightProgressed(progress),
    };
  }
}

function notConnected(state: LabConnectionState): ProblemError {
  const message = state.kind === 'gone' ? state.reason : 'The lab is not connected yet.';
  return new ProblemError({ kind: 'refusal', message, detail: null });
}

/** As the browser reports what nobody caught: the page's error handler shows it. */
function reportInPage(problem: Problem): void {
  reportError(new ProblemError(problem));
}

/**
 * What the window holds of the lab, whatever carries it. A `LabConnection` outlives the lab's process and the
 * carrier: stores take `lab` once and keep it.
 *
 * ```ts
 * const lab = connection.connect({ sessionChanged, metricsArrived, frameArrived });
 * connection.onState(async (state) => {
 *   if (state.kind === 'connected') show(await lab.join());
 * });
 * ```
 */
import type { LabApi, WindowApi } from '#shared/api';

/** What this shell can do. The interface hides the rest. */
export interface LabCapabilities {
  readonly shell: 'desktop' | 'browser' | 'fake';
  /** Where a dropped file lies for the lab; `null` where files must be sent to it. */
  readonly pathOf: ((file: File) => string) | null;
  /** Whether `chooseModel` asks a person in the system's own dialog. */
  readonly hasDialog: boolean;
}

export type LabConnectionState =
  /** Reaching the lab, or its process is starting and loads TensorFlow. */
  | { readonly kind: 'connecting' }
  /** Calls are answered. A lab that was restarted knows nothing of this window: call `join()` again. */
  | { readonly kind: 'connected' }
  /**
   * `reason` is a sentence to show. With `canRestart`, the lab's process has ended and `restart()` starts it again;
   * without, the connection is lost and is tried again by itself, or cannot be had at all.
   */
  | { readonly kind: 'gone'; readonly reason: string; readonly canRestart: boolean };

export interface LabConnection {
  readonly capabilities: LabCapabilities;
  readonly state: LabConnectionState;
  /** Calls back at once with the present state and then at every change, until the returned function is called. */
  onState(listener: (state: LabConnectionState) => void): () => void;
  /**
   * Names the one who is told what happens in the lab, and gives the lab to call. Both hold over every
   * reconnection and restart. While the lab is not connected, calls reject with a `ProblemError` that says why.
   */
  connect(window: WindowApi): LabApi;
  /** A person has named a model outside of the page, or in the dialog. Calls back until the returned function is called. */
  onOpenModel(listener: (path: string) => void): () => void;
  /** Opens the system's dialog; what is chosen comes as any model that is named outside of the page. */
  chooseModel(what: 'file' | 'folder'): void;
  /** Starts the lab's process again if it is gone; otherwise does nothing. */
  restart(): void;
  /** Lets go of the carrier for good. */
  close(): void;
}

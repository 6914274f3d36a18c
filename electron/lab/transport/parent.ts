import type { FromLabProcess } from '#shared/process-messages';

/** Electron's MessagePortMain, as far as the lab needs it. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** The process that started the lab's. */
export interface Parent {
  /** Resolves when the message is on its way. */
  post(message: FromLabProcess): Promise<void>;
  onMessage(listener: (message: unknown, port: Port | null) => void): void;
  /** Calls back when the parent has gone without a word. */
  onGone(listener: () => void): void;
}

/** Electron's `process.parentPort`, which a utility process has. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: readonly Port[] }) => void): unknown;
}

/** The parent of this process, or `null` if nobody started it as a lab's process. */
export function findParent(process: NodeJS.Process): Parent | null {
  const parentPort = (process as { readonly parentPort?: ParentPort }).parentPort;
  if (parentPort !== undefined) return overParentPort(parentPort);
  return process.send === undefined ? null : overIpc(process);
}

/** Chromium needs a moment to carry what a process posts right before it exits. */
const millisecondsToCarry = 50;

function overParentPort(parentPort: ParentPort): Parent {
  return {
    post: (message) => {
      parentPort.postMessage(message);
      return new Promise((resolve) => setTimeout(resolve, millisecondsToCarry));
    },
    onMessage: (listener) => {
      parentPort.on('message', ({ data, ports }) => {
        listener(data, ports[0] ?? null);
      });
    },
    // Chromium ends a utility process with its parent.
    onGone: () => undefined,
  };
}

function overIpc(process: NodeJS.Process): Parent {
  return {
    post: (message) =>
      new Promise((resolve) => {
        if (!process.connected) {
          resolve();
          return;
        }
        // A failure to send means that the parent is gone, which `disconnect` says.
        process.send?.(message, undefined, undefined, () => {
          resolve();
        });
      }),
    onMessage: (listener) => {
      process.on('message', (message) => {
        listener(message, null);
      });
    },
    onGone: (listener) => {
      process.on('disconnect', listener);
    },
  };
}

import { fork } from 'node:child_process';
import { CarriedChannel } from '#shared/carried-channel';
import type { Channel } from '#shared/channel';
import type { Problem } from '#shared/errors';
import { processArguments, type LabProcess, type LabProcessOptions } from './lab-process';
import { Supervisor, type Child, type WindowMessage } from './supervisor';

/** A lab whose windows' bytes (`shared/packing.ts`) share the process's IPC. */
export interface ForkedLabProcess extends LabProcess {
  /**
   * A channel for one window, while the state is `running`; it closes, with the reason, when the process is gone.
   * Otherwise it is closed from the start.
   */
  connect(): Channel<Uint8Array>;
}

/** Starts the lab under any shell that is not Electron's. */
export function startLabProcess(
  options: LabProcessOptions & {
    readonly log: (problem: Problem) => void;
    /** How long `quit` waits before it kills. */
    readonly millisecondsToQuit?: number;
  },
): ForkedLabProcess {
  const windows = new Map<number, CarriedChannel<Uint8Array>>();
  let opened = 0;

  const take = (message: WindowMessage): void => {
    const channel = windows.get(message.window);
    if (message.kind === 'bytes') {
      channel?.arrived(message.bytes);
      return;
    }
    windows.delete(message.window);
    channel?.ended(null);
  };
  const supervisor = new Supervisor({
    start: () => forkedChild(options),
    log: options.log,
    onWindowMessage: take,
    ...(options.millisecondsToQuit === undefined ? {} : { millisecondsToQuit: options.millisecondsToQuit }),
  });
  supervisor.onState((state) => {
    if (state.kind !== 'gone') return;
    const orphans = [...windows.values()];
    windows.clear();
    for (const channel of orphans) channel.ended(state.reason);
  });

  const connect = (): Channel<Uint8Array> => {
    const window = opened++;
    const { child } = supervisor;
    const channel = new CarriedChannel<Uint8Array>({
      send: (bytes) => {
        child.post({ kind: 'bytes', window, bytes });
      },
      close: () => {
        windows.delete(window);
        child.post({ kind: 'close', window });
      },
    });
    if (supervisor.state.kind === 'running') {
      windows.set(window, channel);
      child.post({ kind: 'open', window });
    } else {
      channel.ended(
        supervisor.state.kind === 'gone' ? supervisor.state.reason : 'The lab is still starting.',
      );
    }
    return channel;
  };
  return {
    get state() {
      return supervisor.state;
    },
    onState: (listener) => supervisor.onState(listener),
    restart: () => {
      supervisor.restart();
    },
    quit: () => supervisor.quit(),
    connect,
  };
}

function forkedChild(options: LabProcessOptions): Child {
  const child = fork(options.entry, processArguments(options), {
    // Structured clone, which knows typed arrays; JSON would spell them out.
    serialization: 'advanced',
    // TensorFlow writes to both; results on this process's standard output must stay alone there.
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  return {
    post: (message) => {
      // A failure to send means that the process is gone, which `exit` says with its reason.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      let told = false;
      const once = (exit: Parameters<typeof listener>[0]): void => {
        if (told) return;
        told = true;
        listener(exit);
      };
      // Already over, if `quit` comes late.
      if (child.exitCode !== null || child.signalCode !== null) {
        once({ code: child.exitCode, signal: child.signalCode });
        return;
      }
      child.once('exit', (code, signal) => {
        once({ code, signal });
      });
      child.once('error', (error) => {
        // Without a pid it never ran; other errors of `child_process` are followed by `exit`.
        if (child.pid === undefined) once({ error });
      });
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

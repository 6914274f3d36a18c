import { utilityProcess, type MessagePortMain } from 'electron';
import type { Problem } from '#shared/errors';
import type { FromLabProcess, ToLabProcess } from '#shared/process-messages';
import { processArguments, type LabProcess, type LabProcessOptions } from '../lab-process/lab-process';
import { Supervisor, type Child } from '../lab-process/supervisor';

/** A lab whose windows have a port each, so that their frames do not pass through this process. */
export interface DesktopLab extends LabProcess {
  /** Gives the lab the other end of a window's port. To be called while the state is `running`. */
  connect(port: MessagePortMain): void;
}

interface UtilityChild extends Child {
  post(message: ToLabProcess, port?: MessagePortMain): void;
}

/**
 * Starts the lab as a utility process: `child_process.fork` needs Electron to run as Node, which the packaged app
 * forbids.
 */
export function startDesktopLab(
  options: LabProcessOptions & { readonly log: (problem: Problem) => void },
): DesktopLab {
  const supervisor = new Supervisor({ start: () => utilityChild(options), log: options.log });
  let opened = 0;
  return {
    get state() {
      return supervisor.state;
    },
    onState: (listener) => supervisor.onState(listener),
    restart: () => {
      supervisor.restart();
    },
    quit: () => supervisor.quit(),
    connect: (port) => {
      supervisor.child.post({ kind: 'open', window: opened++ }, port);
    },
  };
}

function utilityChild(options: LabProcessOptions): UtilityChild {
  const child = utilityProcess.fork(options.entry, processArguments(options), {
    serviceName: 'Convscope lab',
    stdio: 'inherit',
  });
  let exit: { readonly code: number; readonly signal: null } | null = null;
  child.once('exit', (code) => {
    exit = { code, signal: null };
  });
  return {
    post: (message, port) => {
      if (exit === null) child.postMessage(message, port === undefined ? [] : [port]);
    },
    onMessage: (listener) => {
      child.on('message', listener);
      // V8 gave up, for example because its heap is full: the report is all that remains of the process.
      child.on('error', (_type, location, report) => {
        listener({
          kind: 'failed',
          problem: { kind: 'fault', message: `a fatal error of V8 in ${location}`, detail: report },
        } satisfies FromLabProcess);
      });
    },
    onExit: (listener) => {
      if (exit !== null) listener(exit);
      else
        child.once('exit', (code) => {
          listener({ code, signal: null });
        });
    },
    kill: () => {
      // `child.kill` asks (SIGTERM), and what hangs does not answer.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}

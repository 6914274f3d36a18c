/**
 * The entry of the process that owns TensorFlow. It runs as an Electron utility process, where each window comes
 * with a MessagePort, and as a forked one, where the windows' bytes share the IPC.
 */
import { problemOf, type Problem } from '#shared/errors';
import { toLabProcess } from '#shared/process-messages';
import { serveLab } from '#shared/rpc';
import { openLab, type Lab } from './lab';
import { readProcessOptions } from './process-options';
import { findParent, type Parent, type Port } from './transport/parent';
import { portChannel, WindowChannels } from './transport/window-channels';

const exitCodes = { asked: 0, failed: 1 } as const;

/** Opens the lab and lets windows in until the parent asks to quit or is gone. */
async function run(parent: Parent): Promise<void> {
  const log = (problem: Problem): void => void parent.post({ kind: 'log', problem });
  const channels = new WindowChannels((message) => void parent.post(message));
  let lab: Lab | null = null;
  let quitting: Promise<void> | null = null;

  const quit = (): void => {
    quitting ??= Promise.resolve(lab?.quit()).then(
      () => process.exit(exitCodes.asked),
      (thrown: unknown) => fail(parent, thrown),
    );
  };
  const letIn = (window: number, port: Port | null): void => {
    // The parent opens windows after `ready`.
    if (lab === null) throw new Error(`Window ${window} came before the lab was open.`);
    serveLab(port === null ? channels.open(window) : portChannel(port), lab.connect.bind(lab), log);
    // From now on nothing that the port holds can be missed.
    port?.start();
  };

  parent.onGone(quit);
  parent.onMessage((message, port) => {
    const checked = toLabProcess.parse(message);
    switch (checked.kind) {
      case 'open':
        letIn(checked.window, port);
        return;
      case 'bytes':
      case 'close':
        channels.take(checked);
        return;
      case 'quit':
        quit();
        return;
    }
  });
  // Ctrl+C reaches every process of a terminal; the parent decides when this one ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', quit);

  lab = await openLab({ ...readProcessOptions(process.argv.slice(2)), log });
  await parent.post({ kind: 'ready' });
}

/** Reports what ended the process. Its state is unknown now, so it does not go on. */
async function fail(parent: Parent, thrown: unknown): Promise<never> {
  await parent.post({ kind: 'failed', problem: problemOf(thrown) });
  process.exit(exitCodes.failed);
}

const parent = findParent(process);
if (parent === null) {
  process.stderr.write('This is the process of a lab, which Convscope starts itself: use `npm start`.\n');
  process.exitCode = exitCodes.failed;
} else {
  process.on('uncaughtException', (error) => void fail(parent, error));
  process.on('unhandledRejection', (reason) => void fail(parent, reason));
  run(parent).catch((error: unknown) => fail(parent, error));
}

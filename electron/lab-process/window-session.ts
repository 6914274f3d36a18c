import { toShell, type FromShell } from '#shared/shell';
import type { LabProcess } from './lab-process';
import type { Openings } from './openings';

/**
 * Serves one window of any shell: tells it how the lab is, lets it open a channel while the lab runs, and restart
 * it when it is gone. `open` gives the window a fresh channel; the window's earlier one is over. Returns what takes
 * the window's messages, unread, and what ends the session.
 */
export function serveWindow(
  lab: LabProcess,
  post: (message: FromShell) => void,
  open: () => void,
  openings: Openings,
): { receive(message: unknown): 'understood' | 'not understood'; end(): void } {
  const unsubscribe = lab.onState((state) => {
    post({ kind: 'lab', state });
  });
  post({ kind: 'lab', state: lab.state });
  const untold = openings.tell((path) => {
    post({ kind: 'openModel', path });
  });
  return {
    receive: (message) => {
      const checked = toShell.safeParse(message);
      if (!checked.success) return 'not understood';
      switch (checked.data.kind) {
        case 'open':
          // Late, if the lab has gone meanwhile: the window has been told, or will be when it runs again.
          if (lab.state.kind === 'running') open();
          break;
        case 'restart':
          lab.restart();
          break;
        case 'chooseModel':
          void openings.choose(checked.data.what).then((path) => {
            if (path !== null) post({ kind: 'openModel', path });
          });
          break;
      }
      return 'understood';
    },
    end: () => {
      unsubscribe();
      untold();
    },
  };
}

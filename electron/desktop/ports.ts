import {
  ipcMain,
  MessageChannelMain,
  type IpcMainEvent,
  type MessagePortMain,
  type WebContents,
} from 'electron';
import { portChannel } from '#shared/desktop-bridge';
import type { Problem } from '#shared/errors';
import type { FromShell } from '#shared/shell';
import type { Openings } from '../lab-process/openings';
import { serveWindow } from '../lab-process/window-session';
import type { DesktopLab } from './lab';
import { samePlace } from './page';

/**
 * Answers pages that ask for their port (`shared/desktop-bridge.ts`). Over it go the shell's messages; each time
 * the page opens the lab, a port straight to the lab's process comes along, so that frames never pass through here.
 */
export function handOverPorts(
  lab: DesktopLab,
  page: string,
  openings: Openings,
  log: (problem: Problem) => void,
): void {
  const handedOver = new WeakMap<WebContents, () => void>();
  ipcMain.on(portChannel, (event, nonce: unknown) => {
    const frame = senderFrame(event, page);
    if (frame === null || typeof nonce !== 'string') {
      log({ kind: 'fault', message: 'Somebody else than the page asked for its port.', detail: null });
      return;
    }
    // One port a page: a page that was loaded anew has a new one.
    handedOver.get(event.sender)?.();
    const { port1: ours, port2: theirs } = new MessageChannelMain();
    handedOver.set(event.sender, serveOver(ours, lab, openings));
    frame.postMessage(portChannel, nonce, [theirs]);
  });
}

/** The frame that sent a message, if it is the very page of its window. */
function senderFrame({ sender, senderFrame: frame }: IpcMainEvent, page: string) {
  return frame !== null && frame === sender.mainFrame && samePlace(frame.url, page) ? frame : null;
}

/** Serves a page over its port until the page is gone or the returned function is called. */
function serveOver(port: MessagePortMain, lab: DesktopLab, openings: Openings): () => void {
  const session = serveWindow(
    lab,
    (message) => {
      port.postMessage(message);
    },
    () => {
      const { port1: forLab, port2: forPage } = new MessageChannelMain();
      lab.connect(forLab);
      port.postMessage({ kind: 'port' } satisfies FromShell, [forPage]);
    },
    openings,
  );
  const end = (): void => {
    session.end();
    // Only the other side hears of it: Electron's `close` event is for the remote end.
    port.close();
  };
  port.on('message', ({ data }) => {
    if (session.receive(data) === 'not understood') end();
  });
  port.on('close', () => {
    session.end();
  });
  port.start();
  return end;
}

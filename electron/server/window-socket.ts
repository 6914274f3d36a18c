import type { RawData, WebSocket } from 'ws';
import type { Channel } from '#shared/channel';
import type { ForkedLabProcess } from '../lab-process/fork';
import type { Openings } from '../lab-process/openings';
import { serveWindow } from '../lab-process/window-session';

/** Close codes of RFC 6455 and its registry. */
const closeCodes = { policyViolation: 1008, tryAgainLater: 1013 } as const;

/**
 * Frames are sent only as the window takes them, metrics are small: a window that lets this much pile up has
 * stopped reading, and is better served by connecting anew.
 */
const mostUnsentBytes = 32 * 2 ** 20;

/** Carries one window: its talk with the shell in text frames, with the lab in binary ones. */
export function serveWindowSocket(socket: WebSocket, lab: ForkedLabProcess, openings: Openings): void {
  let channel: Channel<Uint8Array> | null = null;
  const session = serveWindow(
    lab,
    (message) => {
      socket.send(JSON.stringify(message));
    },
    () => {
      const earlier = channel;
      channel = null;
      earlier?.close();
      const opened = lab.connect();
      opened.onMessage((bytes) => {
        if (socket.bufferedAmount > mostUnsentBytes) {
          socket.close(closeCodes.tryAgainLater, 'The window does not keep up.');
        } else socket.send(bytes);
      });
      // Closed by a lab that goes on: it could not read this window.
      opened.onClose(() => {
        if (channel === opened && lab.state.kind === 'running')
          socket.close(closeCodes.policyViolation, 'The lab has closed this window.');
      });
      channel = opened;
    },
    openings,
  );
  socket.on('message', (data, isBinary) => {
    // Bytes to a lab that is gone are dropped; the window has been told.
    if (isBinary) channel?.post(bytesOf(data));
    else if (session.receive(parsed(data)) === 'not understood')
      socket.close(closeCodes.policyViolation, 'A message was not understood.');
  });
  socket.on('close', () => {
    session.end();
    const last = channel;
    channel = null;
    last?.close();
  });
}

/** A whole message in one piece, as `ws` gives it by default. */
function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function parsed(data: RawData): unknown {
  try {
    return JSON.parse(Buffer.from(bytesOf(data)).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

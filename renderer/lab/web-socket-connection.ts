import { protocolName, socketPath, tokenIn, tokenPath, tokenProtocol } from '#shared/browser-shell';
import { CarriedChannel } from '#shared/carried-channel';
import { packed } from '#shared/packing';
import type { ToShell } from '#shared/shell';
import { LabClient } from './client';
import type { LabConnection } from './connection';

const firstWaitSeconds = 0.5;
const longestWaitSeconds = 15;

/**
 * The browser shell: one socket, whose text frames are the shell's messages and whose binary frames the lab's. A
 * socket that drops is opened again by itself, after waits that double.
 */
export function connectOverWebSocket(address: Location = location): LabConnection {
  const token = tokenIn(address.hash);
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitSeconds = firstWaitSeconds;
  let closed = false;

  const client = new LabClient(
    { shell: 'browser', pathOf: null, hasDialog: false },
    {
      post: (message) => {
        if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
      },
      close: () => {
        closed = true;
        clearTimeout(timer);
        socket?.close();
      },
    },
  );

  const open = (token: string): void => {
    const url = new URL(socketPath, address.href);
    url.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    const opening = new WebSocket(url, [protocolName, tokenProtocol(token)]);
    socket = opening;
    opening.binaryType = 'arraybuffer';
    let bytes: CarriedChannel<Uint8Array> | null = null;
    opening.onmessage = ({ data }: MessageEvent<unknown>) => {
      waitSeconds = firstWaitSeconds;
      if (data instanceof ArrayBuffer) {
        bytes?.arrived(new Uint8Array(data));
        return;
      }
      if (client.heard(JSON.parse(String(data))) !== 'running') return;
      // First the request: whoever hears of the connection calls the lab at once.
      opening.send(JSON.stringify({ kind: 'open' } satisfies ToShell));
      bytes = bytesOver(opening);
      client.attach(packed(bytes));
    };
    opening.onclose = () => {
      if (closed) return;
      client.lost('The connection to the lab was lost; trying again.');
      void retry(token);
    };
  };

  const retry = async (token: string): Promise<void> => {
    const seconds = waitSeconds;
    waitSeconds = Math.min(2 * waitSeconds, longestWaitSeconds);
    const verdict = await judge(token, address);
    if (closed) return;
    if (verdict === 'refused') {
      client.lost(
        'This page was opened with the token of another server; open the address that the server printed.',
      );
      return;
    }
    timer = setTimeout(() => {
      open(token);
    }, seconds * 1000);
  };

  if (token === null) {
    client.lost('The address of this page lacks its token; open the address that the server printed.');
  } else open(token);
  return client;
}

/** A browser does not say why a socket was refused, so the server is asked about the token. */
async function judge(token: string, address: Location): Promise<'refused' | 'not refused'> {
  try {
    const url = new URL(tokenPath, address.href);
    const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    return response.status === 401 ? 'refused' : 'not refused';
  } catch (error) {
    // No server there: it may come back.
    if (error instanceof TypeError) return 'not refused';
    throw error;
  }
}

function bytesOver(socket: WebSocket): CarriedChannel<Uint8Array> {
  return new CarriedChannel<Uint8Array>({
    send: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
    },
    // The socket outlives the lab: the shell's messages go on.
    close: () => undefined,
  });
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { maxPictureBytes } from '#shared/probe';
import { protocolName, socketPath, tokenProtocol } from '#shared/browser-shell';
import { problemOf, type Problem } from '#shared/errors';
import type { ForkedLabProcess } from '../lab-process/fork';
import type { Openings } from '../lab-process/openings';
import { isOurHost, isOurOrigin } from './request-checks';
import { sameToken } from './token';
import { serveWindowSocket } from './window-socket';

/** The largest message of a window is a picture's file, with some words around it. */
const mostPayloadBytes = maxPictureBytes + 2 ** 16;
const millisecondsBetweenPings = 30_000;
const millisecondsToSayGoodbye = 1000;
const goingAway = 1001;

export interface SocketsOptions {
  readonly lab: ForkedLabProcess;
  readonly openings: Openings;
  readonly token: string;
  readonly names: ReadonlySet<string>;
  readonly log: (problem: Problem) => void;
}

export interface Sockets {
  /** Answers an HTTP upgrade. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  close(): void;
}

export function openSockets(options: SocketsOptions): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: mostPayloadBytes,
    perMessageDeflate: false,
    handleProtocols: () => protocolName,
  });
  const answering = new WeakSet<WebSocket>();
  // A machine that sleeps or loses its network says nothing; its socket would hold its window's place for hours.
  const pinger = setInterval(() => {
    for (const socket of server.clients) {
      if (!answering.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, millisecondsBetweenPings);
  pinger.unref();

  const welcome = (socket: WebSocket): void => {
    answering.add(socket);
    socket.on('pong', () => answering.add(socket));
    // `ws` closes the socket itself and says why: a message too large, bytes that are no WebSocket frame.
    socket.on('error', (error) => {
      options.log(problemOf(new Error('A window sent what no window sends.', { cause: error })));
    });
    serveWindowSocket(socket, options.lab, options.openings);
  };
  return {
    upgrade: (request, stream, head) => {
      stream.on('error', () => stream.destroy());
      const refused = refusal(request, options);
      if (refused !== null) {
        const body = `${refused.sentence}\n`;
        stream.end(
          `HTTP/1.1 ${refused.status}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
            `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
        return;
      }
      server.handleUpgrade(request, stream, head, welcome);
    },
    close: () => {
      clearInterval(pinger);
      for (const socket of server.clients) socket.close(goingAway, 'The server was closed.');
      setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, millisecondsToSayGoodbye).unref();
      server.close();
    },
  };
}

/** Why a connection is refused, or `null`. */
function refusal(
  request: IncomingMessage,
  { token, names }: SocketsOptions,
): { readonly status: string; readonly sentence: string } | null {
  if (!isOurHost(request.headers.host, names))
    return { status: '403 Forbidden', sentence: 'This server is not known by that name.' };
  if (request.url !== socketPath) return { status: '404 Not Found', sentence: 'There is no such socket.' };
  if (!isOurOrigin(request))
    return { status: '403 Forbidden', sentence: 'Only pages of this server may connect to it.' };
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(protocolName))
    return { status: '400 Bad Request', sentence: `The subprotocol ${protocolName} must be offered.` };
  // All are compared, so that the time does not tell which was right.
  const right = offered.filter((name) => sameToken(name, tokenProtocol(token))).length > 0;
  return right ? null : { status: '401 Unauthorized', sentence: 'The token is missing or wrong.' };
}

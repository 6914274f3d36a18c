/** The browser shell: the window's files over HTTP, the lab over a WebSocket (docs/decisions/0009). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { tokenFragment, tokenPath } from '#shared/browser-shell';
import { Refusal, type Problem } from '#shared/errors';
import type { ForkedLabProcess } from '../lab-process/fork';
import { Openings } from '../lab-process/openings';
import { pages, refuse, setSecurityHeaders } from './pages';
import { isOurHost } from './request-checks';
import { openSockets } from './sockets';
import { checkToken, newToken, sameToken } from './token';

export interface ServeOptions {
  readonly lab: ForkedLabProcess;
  /** The model that the first window opens; an absolute path. */
  readonly openModel?: string;
  /** A name or address of this machine: `127.0.0.1` keeps the lab to it, `0.0.0.0` opens it to the network. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly rendererFolder: string;
  /** Made at random if left out. */
  readonly token?: string;
  /** Names beside this machine's own that browsers may know the server by, such as a proxy's. */
  readonly allowedHosts?: readonly string[];
  readonly log: (problem: Problem) => void;
}

export interface Serving {
  /** With the token: whoever has it can use the lab. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves until closed. Throws a `Refusal` if the port cannot be had or the window is not built. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { lab, host, port, log } = options;
  const token = options.token === undefined ? newToken() : checkToken(options.token);
  const names = knownNames(options);
  const showPage = pages(options.rendererFolder);
  const openings = new Openings(options.openModel ?? null);
  const sockets = openSockets({ lab, openings, token, names, log });

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const asked = request.headers.host;
    if (asked === undefined || !isOurHost(asked, names)) {
      refuse(response, 403, 'This server is not known by that name.');
      return;
    }
    setSecurityHeaders(response, asked);
    if (request.url === tokenPath) {
      const right = sameToken(request.headers.authorization ?? '', `Bearer ${token}`);
      response.writeHead(right ? 204 : 401, { 'Cache-Control': 'no-store' }).end();
    } else showPage(request, response);
  };
  const server = createServer(answer);
  server.on('upgrade', (request, stream, head) => {
    sockets.upgrade(request, stream, head);
  });
  await listen(server, host, port);
  if (!isLoopback(host)) warnOfNetwork(host, log);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${addressName(host)}:${bound}/${tokenFragment(token)}`,
    close: () => {
      sockets.close();
      return new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeIdleConnections();
      });
    },
  };
}

function knownNames({ host, allowedHosts = [] }: ServeOptions): ReadonlySet<string> {
  const own = isLoopback(host) ? ['localhost'] : ['localhost', hostname(), host];
  return new Set([...own, ...allowedHosts].map((name) => name.toLowerCase()));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** How a browser on this machine, or for a wildcard on another, gets here. */
function addressName(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname();
  return isIP(host) === 6 ? `[${host}]` : host;
}

function warnOfNetwork(host: string, log: (problem: Problem) => void): void {
  log({
    kind: 'refusal',
    message:
      `Listening on ${host} opens the lab to the network, and the token crosses it unencrypted; ` +
      'on a network that is not yours, listen on 127.0.0.1 and use a tunnel (ssh -L).',
    detail: null,
  });
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenRefusal(error, host, port));
    });
    server.listen({ host, port }, resolve);
  });
}

function listenRefusal(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Refusal(`Port ${port} on ${host} is taken; choose another, or 0 for any free one.`);
    case 'EACCES':
      return new Refusal(`Port ${port} needs rights that this user lacks; choose one above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Refusal(`${host} is no address of this machine; 127.0.0.1 always is.`);
    default:
      return error;
  }
}

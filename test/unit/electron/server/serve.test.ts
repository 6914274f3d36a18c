import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { protocolName, socketPath, tokenIn, tokenProtocol } from '#shared/browser-shell';
import { CarriedChannel } from '#shared/carried-channel';
import { Refusal, type Problem } from '#shared/errors';
import { Listeners } from '#shared/listeners';
import type { LabState } from '#shared/shell';
import type { ForkedLabProcess } from '../../../../electron/lab-process/fork';
import { serve, type ServeOptions, type Serving } from '../../../../electron/server/serve';

/** A lab that echoes bytes, and whose state the test sets. */
function echoLab() {
  const states = new Listeners<LabState>();
  const channels: CarriedChannel<Uint8Array>[] = [];
  let state: LabState = { kind: 'running' };
  const become = (next: LabState): void => {
    state = next;
    states.notify(next);
    if (next.kind === 'gone') for (const channel of channels.splice(0)) channel.ended(next.reason);
  };
  const lab: ForkedLabProcess = {
    get state() {
      return state;
    },
    onState: (listener) => states.add(listener),
    restart: () => {
      become({ kind: 'starting' });
      become({ kind: 'running' });
    },
    quit: async () => undefined,
    connect: () => {
      const channel = new CarriedChannel<Uint8Array>({
        send: (bytes) => {
          channel.arrived(bytes);
        },
        close: () => undefined,
      });
      channels.push(channel);
      return channel;
    },
  };
  return { lab, become, channels };
}

let folder: string;
let problems: Problem[];
const serving: Serving[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convscope-server-'));
  const renderer = path.join(folder, 'renderer');
  await mkdir(path.join(renderer, 'assets'), { recursive: true });
  await writeFile(path.join(renderer, 'index.html'), '<!doctype html><title>Convscope</title>');
  await writeFile(path.join(renderer, 'assets/index-a1b2.js'), 'export {};');
  await writeFile(path.join(renderer, '.hidden'), 'hidden');
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
});
afterEach(async () => {
  await Promise.all(serving.splice(0).map((server) => server.close()));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function start(changes: Partial<ServeOptions> = {}) {
  problems = [];
  const server = await serve({
    lab: echoLab().lab,
    host: '127.0.0.1',
    port: 0,
    rendererFolder: path.join(folder, 'renderer'),
    log: (problem) => problems.push(problem),
    ...changes,
  });
  serving.push(server);
  const url = new URL(server.url);
  const token = tokenIn(url.hash);
  if (token === null) throw new Error('The address has no token.');
  return { url, token, port: Number(url.port) };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends the path as it is: `fetch` would normalise it. */
async function ask(
  port: number,
  asked: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, path: asked, headers, method });
  request.end();
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, headers: response.headers, body };
}

describe('the pages', () => {
  it('are served with their kind, a strict policy and fitting caching', async () => {
    const { port } = await start();
    const page = await ask(port, '/');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Convscope');
    expect(page.headers['content-type']).toBe('text/html;charset=utf-8');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${port} wss://127.0.0.1:${port}`);
    expect(policy).not.toContain('unsafe');

    const script = await ask(port, '/assets/index-a1b2.js');
    expect(script.headers['content-type']).toBe('text/javascript');
    expect(script.headers['cache-control']).toContain('immutable');
    const again = await ask(port, '/assets/index-a1b2.js', {
      'If-None-Match': String(script.headers.etag),
    });
    expect(again.status).toBe(304);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/../../secret.txt',
    '//etc/passwd',
    '/.hidden',
    '/assets/',
    '/assets',
    '/%',
    '/index.html%00.js',
  ])('hold no other file: %s', async (asked) => {
    const { port } = await start();
    const answer = await ask(port, asked);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  it('are only read', async () => {
    const { port } = await start();
    expect((await ask(port, '/', {}, 'POST')).status).toBe(405);
    expect((await ask(port, '/', {}, 'HEAD')).body).toBe('');
  });

  it.each([
    ['evil.example', 403],
    ['evil.example:80', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost@evil.example', 403],
    ['localhost:1/evil', 403],
    ['localhost', 200],
    // A tunnel's port.
    ['localhost:9999', 200],
    ['[::1]:8080', 200],
  ])('are answered under a name of this machine alone: %s gives %i', async (host, status) => {
    const { port } = await start();
    expect((await ask(port, '/', { Host: host })).status).toBe(status);
  });

  it('say whether a token is right', async () => {
    const { port, token } = await start();
    expect((await ask(port, '/token', { Authorization: `Bearer ${token}` })).status).toBe(204);
    expect((await ask(port, '/token', { Authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask(port, '/token')).status).toBe(401);
  });
});

interface Socket {
  readonly socket: WebSocket;
  /** The shell's messages and the lab's bytes, in order. */
  readonly heard: (string | Uint8Array)[];
  next(): Promise<void>;
}

function open(port: number, token: string, options: { origin?: string; host?: string; path?: string } = {}) {
  const { origin = `http://127.0.0.1:${port}`, host, path: asked = socketPath } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${asked}`, [protocolName, tokenProtocol(token)], {
    ...(origin === '' ? {} : { origin }),
    ...(host === undefined ? {} : { headers: { Host: host } }),
  });
  const heard: (string | Uint8Array)[] = [];
  socket.on('message', (data, isBinary) => heard.push(isBinary ? (data as Buffer) : String(data)));
  const next = async (): Promise<void> => {
    await once(socket, 'message');
  };
  return { socket, heard, next } satisfies Socket;
}

/** The HTTP status that an upgrade was refused with. */
async function refusedWith(socket: WebSocket): Promise<number | undefined> {
  const [, response] = await once(socket, 'unexpected-response');
  socket.on('error', () => undefined);
  socket.terminate();
  return response.statusCode;
}

const said = (state: LabState): string => JSON.stringify({ kind: 'lab', state });

describe('the socket', () => {
  it('carries the bytes of the lab once the page has opened a channel', async () => {
    const { port, token } = await start();
    const { socket, heard, next } = open(port, token);
    await next();
    expect(socket.protocol).toBe(protocolName);
    // Before `open`: nobody is there to take it.
    socket.send(Uint8Array.of(9));
    socket.send(JSON.stringify({ kind: 'open' }));
    socket.send(Uint8Array.of(1, 2, 3));
    await next();
    expect(heard).toEqual([said({ kind: 'running' }), Buffer.from([1, 2, 3])]);
  });

  it('tells the page that the lab is gone and why, and restarts it on demand', async () => {
    const { lab, become } = echoLab();
    const { port, token } = await start({ lab });
    const { socket, heard, next } = open(port, token);
    await next();
    socket.send(JSON.stringify({ kind: 'open' }));
    socket.send(Uint8Array.of(1));
    await next();
    become({ kind: 'gone', reason: 'It was killed.' });
    await next();
    // Late bytes for a lab that is no more are dropped.
    socket.send(Uint8Array.of(2));
    socket.send(JSON.stringify({ kind: 'restart' }));
    await next();
    if (heard.length < 5) await next();
    expect(heard).toEqual([
      said({ kind: 'running' }),
      Buffer.from([1]),
      said({ kind: 'gone', reason: 'It was killed.' }),
      said({ kind: 'starting' }),
      said({ kind: 'running' }),
    ]);
  });

  it('lets go of the lab with the page, and of the page that the lab lets go of', async () => {
    const { lab, channels } = echoLab();
    const { port, token } = await start({ lab });
    const first = open(port, token);
    await first.next();
    first.socket.send(JSON.stringify({ kind: 'open' }));
    first.socket.send(Uint8Array.of(1));
    await first.next();
    const closed = new Promise((resolve) => channels[0]?.onClose(resolve));
    first.socket.close();
    await closed;

    const second = open(port, token);
    await second.next();
    second.socket.send(JSON.stringify({ kind: 'open' }));
    second.socket.send(Uint8Array.of(1));
    await second.next();
    channels[1]?.close();
    expect((await once(second.socket, 'close'))[0]).toBe(1008);
  });

  it('is refused to a wrong token, another origin, another name or no subprotocol', async () => {
    const { port, token } = await start();
    expect(await refusedWith(open(port, 'x'.repeat(32)).socket)).toBe(401);
    expect(await refusedWith(open(port, `${token}x`).socket)).toBe(401);
    expect(await refusedWith(open(port, token, { origin: 'http://evil.example' }).socket)).toBe(403);
    expect(await refusedWith(open(port, token, { origin: `http://127.0.0.1:${port + 1}` }).socket)).toBe(403);
    expect(await refusedWith(open(port, token, { origin: 'null' }).socket)).toBe(403);
    expect(await refusedWith(open(port, token, { origin: '' }).socket)).toBe(403);
    const rebound = { origin: 'http://evil.example', host: 'evil.example' };
    expect(await refusedWith(open(port, token, rebound).socket)).toBe(403);
    expect(await refusedWith(open(port, token, { path: '/other' }).socket)).toBe(404);
    const bare = new WebSocket(`ws://127.0.0.1:${port}${socketPath}`, { origin: `http://127.0.0.1:${port}` });
    expect(await refusedWith(bare)).toBe(400);
  });

  it('closes on a message that is too large or not understood, and stays up for others', async () => {
    const { port, token } = await start();
    const large = open(port, token);
    await large.next();
    large.socket.send(new Uint8Array(17 * 2 ** 20));
    expect((await once(large.socket, 'close'))[0]).toBe(1009);
    for (const text of ['{', '{"kind":"launch"}', '[]']) {
      const { socket, next } = open(port, token);
      await next();
      socket.send(text);
      expect((await once(socket, 'close'))[0]).toBe(1008);
    }
    expect(problems).toHaveLength(1);
    await open(port, token).next();
  });

  it('outlives garbage in place of an upgrade', async () => {
    const { port, token } = await start();
    const raw = tcpConnect(port, '127.0.0.1');
    raw.end(
      `GET ${socketPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    );
    const [answer] = await once(raw, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 403 Forbidden/);
    await open(port, token).next();
  });

  it('says goodbye when the server is closed', async () => {
    const { port, token } = await start();
    const { socket, next } = open(port, token);
    await next();
    const [server] = serving.splice(0);
    await Promise.all([server?.close(), once(socket, 'close')]);
    await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('starting', () => {
  it('makes a new token each time, or takes one that cannot be guessed', async () => {
    const [first, second] = [await start(), await start()];
    expect(first.token).not.toBe(second.token);
    expect(first.token.length).toBeGreaterThanOrEqual(32);
    expect((await start({ token: 'a-token-of-my-own' })).token).toBe('a-token-of-my-own');
    await expect(start({ token: 'short' })).rejects.toThrow(Refusal);
    await expect(start({ token: 'with a space in it all' })).rejects.toThrow(/16 to 128 letters/);
  });

  it('says what is wrong with a port, a host or an unbuilt window', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(
      new Refusal(`Port ${port} on 127.0.0.1 is taken; choose another, or 0 for any free one.`),
    );
    await expect(start({ host: '192.0.2.1' })).rejects.toThrow(/192.0.2.1 is no address of this machine/);
    await expect(start({ rendererFolder: path.join(folder, 'nothing') })).rejects.toThrow(/is not built/);
  });

  it('warns of the network, where it answers to the names it was given', async () => {
    const { port } = await start({ host: '0.0.0.0', allowedHosts: ['Lab.Example'] });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/opens the lab to the network/),
    ]);
    expect((await ask(port, '/', { Host: 'lab.example' })).status).toBe(200);
    expect((await ask(port, '/', { Host: 'evil.example' })).status).toBe(403);
  });

  it('keeps quiet on loopback', async () => {
    await start();
    expect(problems).toEqual([]);
  });
});

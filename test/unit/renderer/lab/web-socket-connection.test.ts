// @vitest-environment node
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { startLabProcess, type ForkedLabProcess } from '../../../../electron/lab-process/fork';
import { serve, type Serving } from '../../../../electron/server/serve';
import type { LabConnection, LabConnectionState } from '../../../../renderer/lab/connection';
import { connectOverWebSocket } from '../../../../renderer/lab/web-socket-connection';
import { buildLabProcess } from '../../../stand-ins/build-lab-process';
import { frame, metrics, mishaps } from '../../../stand-ins/lab';

// The page's client against the real server and a real process: only the browser is missing.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let entry: string;
let folder: string;
let lab: ForkedLabProcess;
const servers: Serving[] = [];
const connections: LabConnection[] = [];
let sockets: NodeWebSocket[] = [];

beforeAll(async () => {
  entry = await buildLabProcess();
  folder = await mkdtemp(path.join(tmpdir(), 'convscope-page-'));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html>');
  vi.stubGlobal(
    'WebSocket',
    class extends NodeWebSocket {
      constructor(url: URL, protocols: string[]) {
        // A browser adds the page's origin by itself.
        super(url, protocols, { origin: `http://${url.host}` });
        // Nor does one throw: the page hears `close`.
        this.on('error', () => undefined);
        sockets.push(this);
      }
    },
  );
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await rm(path.dirname(entry), { recursive: true });
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await lab.quit();
  sockets = [];
});

async function start(port = 0, token?: string): Promise<Serving> {
  lab = startLabProcess({ entry, engine: 'wasm', runsFolder: folder, log: () => undefined });
  const server = await serve({
    lab,
    host: '127.0.0.1',
    port,
    rendererFolder: folder,
    log: () => undefined,
    ...(token === undefined ? {} : { token }),
  });
  servers.push(server);
  return server;
}

function connect(url: string) {
  const connection = connectOverWebSocket(new URL(url) as unknown as Location);
  connections.push(connection);
  const states: LabConnectionState[] = [];
  connection.onState((state) => states.push(state));
  const listeners = {
    sessionChanged: vi.fn(),
    metricsArrived: vi.fn(),
    frameArrived: vi.fn(),
    insightProgressed: vi.fn(),
  };
  return { connection, states, listeners, api: connection.connect(listeners) };
}

async function reached(connection: LabConnection, kind: LabConnectionState['kind']): Promise<void> {
  await vi.waitFor(
    () => {
      expect(connection.state.kind).toBe(kind);
    },
    { timeout: 10_000, interval: 10 },
  );
}

it('calls the lab and hears of it', async () => {
  const { connection, states, listeners, api } = connect((await start()).url);
  await expect(api.describe()).rejects.toMatchObject({
    problem: { kind: 'refusal', message: 'The lab is not connected yet.' },
  });
  await reached(connection, 'connected');
  expect(connection.capabilities).toEqual({ shell: 'browser', pathOf: null, hasDialog: false });
  expect(await api.join()).toEqual({ session: { phase: 'empty' }, metrics, frame });
  const pixels = new Uint8Array(64).fill(200);
  await api.probe({ kind: 'drawing', side: 8, pixels });
  await api.pause();
  await api.resume();
  expect(listeners.metricsArrived).toHaveBeenCalledWith(metrics);
  expect(listeners.frameArrived).toHaveBeenCalledWith(frame);
  expect(states.map(({ kind }) => kind)).not.toContain('gone');
});

it('learns why the lab is gone, restarts it, and calls on with the lab it has', async () => {
  const { connection, states, listeners, api } = connect((await start()).url);
  await reached(connection, 'connected');
  const pending = api.probe({ kind: 'sample', index: mishaps.exit0 });
  await expect(pending).rejects.toThrow(/ended unexpectedly with exit code 0/);
  await reached(connection, 'gone');
  expect(connection.state).toMatchObject({
    reason: expect.stringContaining('exit code 0'),
    canRestart: true,
  });
  await expect(api.join()).rejects.toThrow(/exit code 0/);
  connection.restart();
  await reached(connection, 'connected');
  expect((await api.join()).session).toEqual({ phase: 'empty' });
  await api.pause();
  expect(listeners.metricsArrived).toHaveBeenCalledOnce();
  expect(states.slice(-3).map(({ kind }) => kind)).toEqual(['gone', 'connecting', 'connected']);
  expect(sockets).toHaveLength(1);
});

it('comes back by itself after the socket was dropped', async () => {
  const { connection, states, api } = connect((await start()).url);
  await reached(connection, 'connected');
  sockets[0]?.terminate();
  await reached(connection, 'gone');
  expect(connection.state).toEqual({
    kind: 'gone',
    reason: 'The connection to the lab was lost; trying again.',
    canRestart: false,
  });
  await reached(connection, 'connected');
  expect((await api.join()).session).toEqual({ phase: 'empty' });
  expect(states.filter(({ kind }) => kind === 'connected')).toHaveLength(2);
});

it('comes back to a server that was started anew with the same token, and says so if it has another', async () => {
  const token = 'a-token-to-come-back-with';
  const first = await start(0, token);
  const { connection } = connect(first.url);
  await reached(connection, 'connected');
  const port = Number(new URL(first.url).port);
  const restartServer = async (newToken: string): Promise<void> => {
    await servers.pop()?.close();
    await lab.quit();
    await start(port, newToken);
  };
  await restartServer(token);
  await reached(connection, 'connected');
  await restartServer('another-token-than-that');
  await vi.waitFor(
    () => {
      expect(connection.state).toMatchObject({
        kind: 'gone',
        reason: expect.stringContaining('the token of another server'),
        canRestart: false,
      });
    },
    { timeout: 10_000 },
  );
});

it('says what a page without a token lacks', async () => {
  const { url } = await start();
  const { connection } = connect(url.replace(/#.*/, ''));
  expect(connection.state).toMatchObject({
    kind: 'gone',
    reason: expect.stringContaining('lacks its token'),
  });
  expect(sockets).toHaveLength(0);
});

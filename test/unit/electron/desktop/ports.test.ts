import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { portChannel } from '#shared/desktop-bridge';
import type { Problem } from '#shared/errors';
import { serveLab } from '#shared/rpc';
import { Openings } from '../../../../electron/lab-process/openings';
import { portChannel as channelOverPort } from '../../../../electron/lab/transport/window-channels';
import { connectOverPort } from '../../../../renderer/lab/port-connection';
import type { LabConnection, LabConnectionState } from '../../../../renderer/lab/connection';
import { frame, metrics, openLab } from '../../../stand-ins/lab';
import type { MessagePortMain, UtilityProcess, WebContents, WebFrame } from '../../../stand-ins/electron';
import { freshElectron, type Electron } from './fixture';

const page = 'app://convscope/';
let electron: Electron;
let end: () => Promise<void>;
let problems: Problem[];
const connections: LabConnection[] = [];

beforeEach(async () => {
  const fresh = await freshElectron();
  electron = fresh.electron;
  end = fresh.end;
  problems = [];
  const { startDesktopLab } = await import('../../../../electron/desktop/lab');
  const { handOverPorts } = await import('../../../../electron/desktop/ports');
  const log = (problem: Problem): unknown => problems.push(problem);
  handOverPorts(
    startDesktopLab({ entry: 'lab-process.js', engine: 'auto', runsFolder: null, log }),
    page,
    new Openings(null, (what) => Promise.resolve(`/models/chosen-${what}`)),
    log,
  );
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await end();
});

/** The lab's process that runs now. */
function process(): UtilityProcess {
  const child = electron.utilityProcess.forked.at(-1);
  if (child === undefined) throw new Error('No lab was started.');
  return child;
}

/** Plays the lab's process: every port that comes is served by the stand-in lab over the lab's own transport. */
async function run(child: UtilityProcess): Promise<void> {
  const lab = await openLab({ engine: 'wasm', runsFolder: 'runs', log: () => undefined });
  child.on('posted', () => {
    const port = child.posted.at(-1)?.ports[0];
    if (port === undefined) return;
    serveLab(channelOverPort(port), lab.connect, (problem) => problems.push(problem));
    port.start();
  });
  child.emit('message', { kind: 'ready' });
}

function ask(contents: WebContents, frame: WebFrame | null, nonce: unknown): void {
  electron.ipcMain.emit(portChannel, { sender: contents, senderFrame: frame }, nonce);
}

/** A page with the real client, the real preload's part played by hand. */
function openPage(contents = new electron.WebContents(page)) {
  const target = new EventTarget();
  const connection = connectOverPort(
    {
      requestPort: (nonce) => {
        ask(contents, contents.mainFrame, nonce);
      },
      pathOf: () => '',
    },
    target as unknown as Window,
  );
  connections.push(connection);
  const given = contents.mainFrame.received.at(-1);
  if (given === undefined) throw new Error('No port was handed over.');
  const deliver = (data: unknown, source: unknown = target): void => {
    const event = new Event('message');
    const ports = given.ports.map((port: MessagePortMain) => electron.MessagePortMain.inPage(port));
    target.dispatchEvent(Object.assign(event, { data, ports, source }));
  };
  const states: LabConnectionState['kind'][] = [];
  connection.onState(({ kind }) => states.push(kind));
  const listeners = {
    sessionChanged: vi.fn(),
    metricsArrived: vi.fn(),
    frameArrived: vi.fn(),
    insightProgressed: vi.fn(),
  };
  return { connection, states, listeners, api: connection.connect(listeners), given, deliver };
}

async function reached(connection: LabConnection, kind: LabConnectionState['kind']): Promise<void> {
  await vi.waitFor(() => {
    expect(connection.state.kind).toBe(kind);
  });
}

describe('the port', () => {
  it('connects the page straight to the lab, and again after a restart', async () => {
    const { connection, states, listeners, api, given, deliver } = openPage();
    deliver({ kind: portChannel, nonce: given.message });
    await run(process());
    await reached(connection, 'connected');
    expect(connection.capabilities).toMatchObject({ shell: 'desktop', hasDialog: true });
    expect(await api.join()).toEqual({ session: { phase: 'empty' }, metrics, frame });
    await api.probe({ kind: 'drawing', side: 8, pixels: new Uint8Array(4096).subarray(0, 64) });
    await api.resume();
    expect(listeners.frameArrived).toHaveBeenCalledWith(frame);

    process().emit('exit', 0);
    await reached(connection, 'gone');
    expect(connection.state).toMatchObject({
      reason: expect.stringContaining('exit code 0'),
      canRestart: true,
    });
    await expect(api.join()).rejects.toThrow(/exit code 0/);

    connection.restart();
    await reached(connection, 'connecting');
    expect(electron.utilityProcess.forked).toHaveLength(2);
    await run(process());
    await reached(connection, 'connected');
    expect((await api.join()).frame).toEqual(frame);
    expect(states.filter((kind) => kind === 'connected')).toHaveLength(2);
  });

  it('tells what V8 said when it gave up', async () => {
    const { connection, given, deliver } = openPage();
    deliver({ kind: portChannel, nonce: given.message });
    process().emit('error', 'FatalError', 'Reached heap limit', '{}');
    process().emit('exit', 5);
    await reached(connection, 'gone');
    expect(connection.state).toMatchObject({
      reason: "The lab's process failed: a fatal error of V8 in Reached heap limit",
    });
  });

  it('is taken only from the window itself and with the nonce that the page made', async () => {
    const { connection, given, deliver } = openPage();
    await run(process());
    deliver({ kind: portChannel, nonce: 'another' });
    deliver({ kind: 'other', nonce: given.message });
    deliver(null);
    deliver({ kind: portChannel, nonce: given.message }, new EventTarget());
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(connection.state.kind).toBe('connecting');
    deliver({ kind: portChannel, nonce: given.message });
    await reached(connection, 'connected');
  });

  it('is given to the page of the window alone', () => {
    const contents = new electron.WebContents(page);
    const embedded = new electron.WebFrame(page);
    ask(contents, embedded, 'nonce');
    ask(contents, null, 'nonce');
    ask(contents, contents.mainFrame, { nonce: 1 });
    const strange = new electron.WebContents('https://evil.example/');
    ask(strange, strange.mainFrame, 'nonce');
    for (const frame of [embedded, contents.mainFrame, strange.mainFrame]) expect(frame.received).toEqual([]);
    expect(problems).toHaveLength(4);
  });

  it('of a page that was loaded anew replaces the one before', async () => {
    const contents = new electron.WebContents(page);
    const first = openPage(contents);
    const port = electron.MessagePortMain.inPage(first.given.ports[0] as MessagePortMain);
    const closed = new Promise((resolve) => {
      port.addEventListener('close', resolve);
    });
    port.start();
    const second = openPage(contents);
    second.deliver({ kind: portChannel, nonce: second.given.message });
    await closed;
    await run(process());
    await reached(second.connection, 'connected');
    // The page that is gone does not open the lab a second time.
    expect(process().posted).toHaveLength(1);
  });

  it('is closed on a message that is none of the protocol', async () => {
    const { given } = openPage();
    const port = electron.MessagePortMain.inPage(given.ports[0] as MessagePortMain);
    const closed = new Promise((resolve) => {
      port.addEventListener('close', resolve);
    });
    port.start();
    port.postMessage({ kind: 'launch' });
    await closed;
  });
});

describe('the preload', () => {
  it('asks for a port and tells where a file lies, no more, and passes the port on to the page with its nonce', async () => {
    const postMessage = vi.fn();
    vi.stubGlobal('window', { location: { origin: 'app://convscope' }, postMessage });
    await import('../../../../electron/desktop/preload');
    vi.unstubAllGlobals();
    expect(Object.keys(electron.contextBridge.exposed)).toEqual(['convscope']);
    const bridge = electron.contextBridge.exposed['convscope'] as { requestPort(nonce: string): void };
    expect(Object.keys(bridge)).toEqual(['requestPort', 'pathOf']);
    bridge.requestPort('n-1');
    expect(electron.ipcRenderer.sent).toEqual([[portChannel, 'n-1']]);
    vi.stubGlobal('window', { location: { origin: 'app://convscope' }, postMessage });
    electron.ipcRenderer.emit(portChannel, { ports: ['port'] }, 'n-1');
    vi.unstubAllGlobals();
    expect(postMessage).toHaveBeenCalledWith({ kind: portChannel, nonce: 'n-1' }, 'app://convscope', [
      'port',
    ]);
  });
});

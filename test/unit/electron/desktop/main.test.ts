import { writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshElectron, type Electron } from './fixture';

let electron: Electron;
let folder: string;
let end: () => Promise<void>;

beforeEach(async () => {
  ({ electron, folder, end } = await freshElectron());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await end();
});

/** Boots the app as far as its window. */
async function boot() {
  await import('../../../../electron/desktop/main');
  await electron.app.becomeReady();
  const [window] = electron.BrowserWindow.opened;
  const [child] = electron.utilityProcess.forked;
  if (window === undefined || child === undefined) throw new Error('No window or no lab was opened.');
  return { window, child };
}

describe('starting', () => {
  it('opens one sandboxed, isolated window without Node, shown when it has something to show', async () => {
    const { window } = await boot();
    expect(electron.app.sandboxed).toBe(true);
    expect(electron.BrowserWindow.opened).toHaveLength(1);
    expect(window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      preload: expect.stringMatching(/preload[\\/]preload\.cjs$/),
    });
    expect(window.webContents.mainFrame.url).toBe('app://convscope/');
    expect(window.options.show).toBe(false);
    expect(window.did).toEqual([]);
    window.emit('ready-to-show');
    expect(window.did).toEqual(['show']);
  });

  it('starts the lab as a utility process of the built entry', async () => {
    const { child } = await boot();
    expect(path.basename(child.entry)).toBe('lab-process.js');
    expect(child.args).toEqual(['--engine', 'auto']);
  });

  it('declares its scheme before the app is ready', async () => {
    await import('../../../../electron/desktop/main');
    expect(electron.protocol.privileged).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect(electron.protocol.handlers.size).toBe(0);
  });

  it('takes the page of a development server only where the app is not packaged', async () => {
    vi.stubEnv('ELECTRON_RENDERER_URL', 'http://localhost:5173');
    const { pageAddress } = await import('../../../../electron/desktop/page');
    expect(pageAddress(false, process.env)).toBe('http://localhost:5173');
    expect(pageAddress(true, process.env)).toBe('app://convscope/');
  });

  it('leaves the field to the app that runs already, which shows its window', async () => {
    electron.app.isFirst = false;
    await import('../../../../electron/desktop/main');
    await electron.app.becomeReady();
    expect(electron.app.quits).toBe(1);
    expect(electron.BrowserWindow.opened).toEqual([]);
    expect(electron.utilityProcess.forked).toEqual([]);
  });

  it('comes to the front when it is started a second time', async () => {
    const { window } = await boot();
    window.minimized = true;
    electron.app.emit('second-instance', {}, ['electron', '.'], '/');
    expect(window.did).toEqual(['restore', 'show', 'focus']);
  });

  it('has a menu of the usual roles, and developer tools only where it is not packaged', async () => {
    const rolesOf = (): (string | undefined)[] =>
      (electron.Menu.shown ?? []).flatMap(({ role, submenu }) => [
        role,
        ...(submenu ?? []).map((item) => item.role),
      ]);
    const { setMenu } = await import('../../../../electron/desktop/menu');
    setMenu('linux', true);
    expect(rolesOf()).toEqual(
      expect.arrayContaining(['fileMenu', 'editMenu', 'windowMenu', 'toggleDevTools']),
    );
    setMenu('darwin', false);
    expect(rolesOf()).toContain('appMenu');
    expect(rolesOf()).not.toContain('toggleDevTools');
  });
});

describe('the bounds', () => {
  const saved = { x: 100, y: 50, width: 1200, height: 800, maximized: true };
  const file = (): string => path.join(folder, 'window.json');

  it('are kept from one start to the next', async () => {
    const { window } = await boot();
    window.bounds = { x: 100, y: 50, width: 1200, height: 800 };
    window.maximize();
    window.emit('close');
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(saved);
  });

  it('are restored', async () => {
    await writeFile(file(), JSON.stringify(saved));
    const { window } = await boot();
    expect(window.options).toMatchObject({ x: 100, y: 50, width: 1200, height: 800 });
    expect(window.isMaximized()).toBe(true);
  });

  it.each([
    ['on a display that is gone', JSON.stringify({ ...saved, x: 5000 })],
    ['cut short', '{"x":1'],
    ['of another make', '{"x":"left"}'],
  ])('are left to the system if what was kept is %s', async (_, content) => {
    await writeFile(file(), content);
    const { window } = await boot();
    expect(window.options).toMatchObject({ width: 1440, height: 900 });
    expect(window.options.x).toBeUndefined();
  });
});

describe('the guard', () => {
  const evil = 'https://evil.example/';

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])(
    'refuses %s to another place',
    async (name) => {
      const { window } = await boot();
      const refused = (url: string): boolean => {
        const preventDefault = vi.fn();
        window.webContents.emit(name, { url, preventDefault });
        return preventDefault.mock.calls.length > 0;
      };
      expect(refused('app://convscope/index.html')).toBe(false);
      for (const url of [
        evil,
        'file:///etc/passwd',
        'app://other/',
        'http://convscope/',
        'data:text/html,x',
        'x',
      ])
        expect([url, refused(url)]).toEqual([url, true]);
    },
  );

  it('opens no window; links to known places go to the browser of the person', async () => {
    const { window } = await boot();
    const open = (url: string): unknown => window.webContents.openHandler?.({ url });
    const links = [
      'https://github.com/tensorflow/tfjs',
      evil,
      'http://github.com/',
      'https://github.com:8443/',
      'https://me@github.com/',
      'https://github.com.evil.example/',
      'file:///etc/passwd',
      'smb://github.com/',
      'app://convscope/',
    ];
    for (const url of links) expect(open(url)).toEqual({ action: 'deny' });
    expect(electron.shell.opened).toEqual(['https://github.com/tensorflow/tfjs']);
  });

  it('embeds no page and grants no permission but to copy', async () => {
    const { window } = await boot();
    const preventDefault = vi.fn();
    window.webContents.emit('will-attach-webview', { preventDefault });
    expect(preventDefault).toHaveBeenCalled();
    const { request, check, device } = electron.session.defaultSession;
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'hid',
      'clipboard-read',
    ]) {
      const answer = vi.fn();
      request?.(null, permission, answer);
      expect(answer).toHaveBeenCalledWith(false);
      expect(check?.(null, permission)).toBe(false);
    }
    expect(check?.(null, 'clipboard-sanitized-write')).toBe(true);
    expect(device?.()).toBe(false);
  });
});

describe('quitting', () => {
  it('waits until the lab has ended its run', async () => {
    const { child } = await boot();
    child.emit('message', { kind: 'ready' });
    electron.app.emit('window-all-closed');
    expect(child.posted.map(({ message }) => message)).toEqual([{ kind: 'quit' }]);
    electron.app.quit();
    expect(electron.app.quits).toBe(0);
    child.emit('exit', 0);
    await vi.waitFor(() => {
      expect(electron.app.quits).toBe(1);
    });
  });

  it('does not wait for a lab that is gone', async () => {
    const { child } = await boot();
    child.emit('exit', 1);
    electron.app.quit();
    await vi.waitFor(() => {
      expect(electron.app.quits).toBe(1);
    });
  });
});

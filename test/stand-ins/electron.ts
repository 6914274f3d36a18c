/**
 * Stands where the `electron` module does in tests: `vi.doMock('electron', () => import('.../stand-ins/electron'))`.
 * Ports are real ones (Node's) in the clothes of Electron's; the rest records what was asked of it. After
 * `vi.resetModules()` all is as new.
 */
import { EventEmitter } from 'node:events';
import path from 'node:path';

// --------------------------------------------------------------------------------------------------- ports

/** `MessagePortMain`: events instead of listeners, and nothing but ports can be transferred. */
export class MessagePortMain extends EventEmitter {
  readonly #port: MessagePort;
  #closed = false;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    // Electron tells of the remote end only.
    port.addEventListener('close', () => this.#closed || this.emit('close'));
  }

  postMessage(message: unknown, transfer: readonly MessagePortMain[] = []): void {
    this.#port.postMessage(
      message,
      transfer.map((port) => port.#port),
    );
  }

  /** Not before: what arrives until then waits, as in Electron; Node would start a port that is listened to. */
  start(): void {
    this.#port.addEventListener('message', ({ data, ports }) => {
      this.emit('message', {
        data,
        ports: ports.map((received) => new MessagePortMain(received as MessagePort)),
      });
    });
    this.#port.start();
  }

  close(): void {
    this.#closed = true;
    this.#port.close();
  }

  /** What the page at the other side receives: a port of the DOM. */
  static inPage(port: MessagePortMain): MessagePort {
    return port.#port;
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new MessagePortMain(port1);
    this.port2 = new MessagePortMain(port2);
  }
}

// ------------------------------------------------------------------------------------------------- windows

interface WindowOpen {
  readonly url: string;
}

export class WebContents extends EventEmitter {
  openHandler: ((details: WindowOpen) => { action: string }) | null = null;
  readonly mainFrame: WebFrame;

  constructor(url = '') {
    super();
    this.mainFrame = new WebFrame(url);
  }

  setWindowOpenHandler(handler: (details: WindowOpen) => { action: string }): void {
    this.openHandler = handler;
  }
}

export class WebFrame {
  url: string;
  readonly received: { channel: string; message: unknown; ports: readonly MessagePortMain[] }[] = [];

  constructor(url: string) {
    this.url = url;
  }

  postMessage(channel: string, message: unknown, ports: readonly MessagePortMain[]): void {
    this.received.push({ channel, message, ports });
  }
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowOptions extends Partial<Bounds> {
  readonly show?: boolean;
  readonly backgroundColor?: string;
  readonly webPreferences?: Readonly<Record<string, unknown>>;
}

export class BrowserWindow extends EventEmitter {
  static readonly opened: BrowserWindow[] = [];
  readonly options: WindowOptions;
  readonly webContents: WebContents;
  readonly did: string[] = [];
  bounds: Bounds = { x: 10, y: 20, width: 1000, height: 700 };
  minimized = false;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    this.webContents = new WebContents();
    BrowserWindow.opened.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
  }

  show = (): unknown => this.did.push('show');
  focus = (): unknown => this.did.push('focus');
  restore = (): unknown => this.did.push('restore');
  maximize = (): unknown => this.did.push('maximize');
  isMaximized = (): boolean => this.did.includes('maximize');
  isMinimized = (): boolean => this.minimized;
  isDestroyed = (): boolean => false;
  getNormalBounds = (): Bounds => this.bounds;
}

// ----------------------------------------------------------------------------------------------------- app

class App extends EventEmitter {
  isPackaged = false;
  isFirst = true;
  sandboxed = false;
  quits = 0;
  userData = path.resolve('.');
  #ready: () => void = () => undefined;
  readonly #readiness = new Promise<void>((resolve) => {
    this.#ready = resolve;
  });

  enableSandbox = (): void => {
    this.sandboxed = true;
  };
  requestSingleInstanceLock = (): boolean => this.isFirst;
  whenReady = (): Promise<void> => this.#readiness;
  getPath = (): string => this.userData;

  async becomeReady(): Promise<void> {
    this.#ready();
    await this.#readiness;
  }

  /** As Electron's: asks first, and may be refused. */
  quit = (): void => {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) this.quits += 1;
  };
}

export const app = new App();
export const ipcMain = new EventEmitter();
export const nativeTheme = { shouldUseDarkColors: true };
export const screen = { displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }], getAllDisplays };

function getAllDisplays(): readonly { readonly workArea: Bounds }[] {
  return screen.displays;
}

export const shell = {
  opened: [] as string[],
  openExternal: async (url: string): Promise<void> => {
    shell.opened.push(url);
  },
};

// -------------------------------------------------------------------------------------- protocol and session

interface SchemePrivileges {
  readonly scheme: string;
  readonly privileges: Readonly<Record<string, boolean>>;
}

export const protocol = {
  privileged: [] as SchemePrivileges[],
  handlers: new Map<string, (request: Request) => Promise<Response>>(),
  registerSchemesAsPrivileged: (schemes: readonly SchemePrivileges[]): void => {
    protocol.privileged.push(...schemes);
  },
  handle: (scheme: string, handler: (request: Request) => Promise<Response>): void => {
    protocol.handlers.set(scheme, handler);
  },
};

type PermissionRequest = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

export const session = {
  defaultSession: {
    request: null as PermissionRequest | null,
    check: null as ((contents: unknown, permission: string) => boolean) | null,
    device: null as (() => boolean) | null,
    setPermissionRequestHandler: (handler: PermissionRequest): void => {
      session.defaultSession.request = handler;
    },
    setPermissionCheckHandler: (handler: (contents: unknown, permission: string) => boolean): void => {
      session.defaultSession.check = handler;
    },
    setDevicePermissionHandler: (handler: () => boolean): void => {
      session.defaultSession.device = handler;
    },
  },
};

export interface MenuItem {
  readonly role?: string;
  readonly label?: string;
  readonly submenu?: readonly MenuItem[];
}

export const Menu = {
  shown: null as readonly MenuItem[] | null,
  buildFromTemplate: (template: readonly MenuItem[]): readonly MenuItem[] => template,
  setApplicationMenu: (menu: readonly MenuItem[]): void => {
    Menu.shown = menu;
  },
};

// ------------------------------------------------------------------------------------------- lab's process

export class UtilityProcess extends EventEmitter {
  readonly pid = undefined;
  readonly posted: { message: unknown; ports: readonly MessagePortMain[] }[] = [];
  readonly entry: string;
  readonly args: readonly string[];

  constructor(entry: string, args: readonly string[]) {
    super();
    this.entry = entry;
    this.args = args;
  }

  postMessage(message: unknown, ports: readonly MessagePortMain[]): void {
    this.posted.push({ message, ports });
    this.emit('posted');
  }
}

export const utilityProcess = {
  forked: [] as UtilityProcess[],
  fork: (entry: string, args: readonly string[]): UtilityProcess => {
    const child = new UtilityProcess(entry, args);
    utilityProcess.forked.push(child);
    return child;
  },
};

// ------------------------------------------------------------------------------------------------- preload

export const contextBridge = {
  exposed: {} as Record<string, unknown>,
  exposeInMainWorld: (name: string, api: unknown): void => {
    contextBridge.exposed[name] = api;
  },
};

class IpcRenderer extends EventEmitter {
  readonly sent: (readonly unknown[])[] = [];
  send = (...message: readonly unknown[]): void => {
    this.sent.push(message);
  };
}

export const ipcRenderer = new IpcRenderer();

// ------------------------------------------------------------------------------------------- files and dialogs

export const webUtils = {
  getPathForFile: (file: { readonly name: string }): string => `/dropped/${file.name}`,
};

/** What the next dialog is answered with. */
export const dialog = {
  answer: { canceled: true, filePaths: [] as string[] },
  showOpenDialog: () => Promise.resolve(dialog.answer),
};

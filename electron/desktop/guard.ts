import { app, session, shell, type Session, type WebContents } from 'electron';
import { samePlace } from './page';

/** Where links of the window may lead, in the person's own browser. */
const outsideHosts: ReadonlySet<string> = new Set([
  'arxiv.org',
  'github.com',
  'keras.io',
  'www.nvidia.com',
  'www.python.org',
  'www.tensorflow.org',
]);

/** Keeps the app to its own page: no other address, window, embedded page or permission. */
export function guard(page: string): void {
  app.on('web-contents-created', (_, contents) => {
    guardContents(contents, page);
  });
  guardSession(session.defaultSession);
}

function guardContents(contents: WebContents, page: string): void {
  const stay = (event: Electron.Event<{ readonly url: string }>): void => {
    if (!samePlace(event.url, page)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (leadsOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

function guardSession(ours: Session): void {
  // To copy a number or a figure is all that the window asks for.
  const granted = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  ours.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(granted(permission));
  });
  ours.setPermissionCheckHandler((_contents, permission) => granted(permission));
  ours.setDevicePermissionHandler(() => false);
}

function leadsOutside(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, port, username } = new URL(address);
  return protocol === 'https:' && port === '' && username === '' && outsideHosts.has(hostname);
}

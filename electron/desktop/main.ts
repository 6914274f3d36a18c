/** The desktop shell: boot and wiring. */
import path from 'node:path';
import { app, type BrowserWindow } from 'electron';
import type { Problem } from '#shared/errors';
import { readArguments } from './arguments';
import { guard } from './guard';
import { startDesktopLab } from './lab';
import { setMenu } from './menu';
import { pageAddress } from './page';
import { handOverPorts } from './ports';
import { declareAppScheme, serveAppScheme } from './protocol';
import { openWindow, showWindow } from './window';

/** Everything is built beside this file: out/main, out/preload, out/renderer. */
const built = (file: string): string => path.join(import.meta.dirname, '..', file);

const log = (problem: Problem): void => {
  process.stderr.write(`${problem.detail ?? problem.message}\n`);
};

function start(): BrowserWindow {
  const page = pageAddress(app.isPackaged, process.env);
  guard(page);
  serveAppScheme(built('renderer'));
  setMenu(process.platform, !app.isPackaged);
  const lab = startDesktopLab({
    entry: built('main/lab-process.js'),
    ...readArguments(process.argv.slice(app.isPackaged ? 1 : 2)),
    log,
  });
  handOverPorts(lab, page, log);

  let quitting: Promise<void> | null = null;
  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    // A run in progress first writes its folder.
    event.preventDefault();
    quitting ??= lab.quit().then(() => {
      ended = true;
      app.quit();
    });
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  return openWindow(page, built('preload/preload.cjs'));
}

app.enableSandbox();
declareAppScheme();
if (app.requestSingleInstanceLock()) {
  let window: BrowserWindow | null = null;
  app.on('second-instance', () => {
    if (window !== null && !window.isDestroyed()) showWindow(window);
  });
  void app.whenReady().then(() => {
    window = start();
  });
} else {
  app.quit();
}

/** The desktop shell: boot and wiring. */
import path from 'node:path';
import { app, type BrowserWindow } from 'electron';
import type { Problem } from '#shared/errors';
import { Openings } from '../lab-process/openings';
import { readArguments } from './arguments';
import { chooseModel } from './choose-model';
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

/** What the command line names is relative to where it was typed. */
function modelIn(args: readonly string[], folder: string): string | null {
  const { model } = readArguments(args.slice(app.isPackaged ? 1 : 2));
  return model === null ? null : path.resolve(folder, model);
}

function start(openings: Openings): BrowserWindow {
  const page = pageAddress(app.isPackaged, process.env);
  guard(page);
  serveAppScheme(built('renderer'));
  setMenu(process.platform, !app.isPackaged);
  const { engine, runsFolder } = readArguments(process.argv.slice(app.isPackaged ? 1 : 2));
  const lab = startDesktopLab({ entry: built('main/lab-process.js'), engine, runsFolder, log });
  handOverPorts(lab, page, openings, log);

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
  const openings = new Openings(modelIn(process.argv, process.cwd()), chooseModel);
  // macOS names files by an event, and before the app is ready too.
  app.on('open-file', (event, file) => {
    event.preventDefault();
    openings.ask(file);
  });
  app.on('second-instance', (_event, args, folder) => {
    const model = modelIn(args, folder);
    if (model !== null) openings.ask(model);
    if (window !== null && !window.isDestroyed()) showWindow(window);
  });
  void app.whenReady().then(() => {
    window = start(openings);
  });
} else {
  app.quit();
}

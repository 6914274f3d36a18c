import { BrowserWindow, nativeTheme } from 'electron';
import { rememberBounds, rememberedBounds } from './bounds';

/** The page's own background (`--surface-panel` in `renderer/styles/tokens.css`), so that opening and resizing do not flash. */
const backgrounds = { dark: '#17181b', light: '#f3f3f5' } as const;
const usual = { width: 1440, height: 900, maximized: false };

/** Opens the window. It shows itself when the page has something to show. */
export function openWindow(page: string, preload: string): BrowserWindow {
  const { maximized, ...bounds } = rememberedBounds() ?? usual;
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 960,
    minHeight: 600,
    title: 'Convscope',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });
  rememberBounds(window);
  void window.loadURL(page);
  return window;
}

/** Brings the window before the others, as a second start of the app does. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

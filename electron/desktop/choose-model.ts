import { BrowserWindow, dialog } from 'electron';

/** Asks a person for a model. Resolves to its path, or to `null` where they chose none. */
export async function chooseModel(what: 'file' | 'folder'): Promise<string | null> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const options = {
    title: 'Open a model',
    properties: [what === 'folder' ? ('openDirectory' as const) : ('openFile' as const)],
  };
  const { canceled, filePaths } =
    window === undefined
      ? await dialog.showOpenDialog(options)
      : await dialog.showOpenDialog(window, options);
  return canceled ? null : (filePaths[0] ?? null);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import type * as standIn from '../../../stand-ins/electron';

export type Electron = typeof standIn;

/** A fresh stand-in for `electron`, a folder for the app's own files, and what lets go of both. */
export async function freshElectron(): Promise<{
  electron: Electron;
  folder: string;
  end: () => Promise<void>;
}> {
  vi.resetModules();
  // Not `vi.mock`, whose module would be shared by the tests of a file.
  vi.doMock('electron', () => import('../../../stand-ins/electron'));
  const electron = (await import('electron')) as unknown as Electron;
  const folder = await mkdtemp(path.join(tmpdir(), 'convscope-desktop-'));
  electron.app.userData = folder;
  return { electron, folder, end: () => rm(folder, { recursive: true }) };
}

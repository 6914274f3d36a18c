import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file so that a kill at any moment leaves either the old one or the new one: aside, flushed to the disk,
 * renamed.
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const aside = asideOf(file);
  try {
    await writeFlushed(aside, content);
    await rename(aside, file);
  } catch (thrown) {
    await rm(aside, { force: true });
    throw thrown;
  }
  await flushFolder(path.dirname(file));
}

/** The same for a folder of files, which must not exist yet. */
export async function writeFolderWhole(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  await putFolder(folder, files, (aside) => rename(aside, folder));
}

/**
 * The same for a folder that exists and is given up. Between two renames there is neither; a kill just then leaves both
 * beside it, under names that begin with `asidePrefix`.
 */
export async function replaceFolderWhole(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const former = asideOf(folder);
  await putFolder(folder, files, async (aside) => {
    await rename(folder, former);
    await rename(aside, folder).catch(async (thrown: unknown) => {
      await rename(former, folder);
      throw thrown;
    });
  });
  await rm(former, { recursive: true, force: true });
}

async function putFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  put: (aside: string) => Promise<void>,
): Promise<void> {
  const aside = asideOf(folder);
  try {
    await mkdir(aside, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFlushed(path.join(aside, name), content);
    await flushFolder(aside);
    await put(aside);
  } catch (thrown) {
    await rm(aside, { recursive: true, force: true });
    throw thrown;
  }
  await flushFolder(path.dirname(folder));
}

/** Names of things that were being written when their writer was killed begin like this. */
export const asidePrefix = '.writing-';

function asideOf(target: string): string {
  return path.join(path.dirname(target), `${asidePrefix}${path.basename(target)}-${randomUUID()}`);
}

async function writeFlushed(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename survive a power cut. Windows cannot open folders and needs no such flush. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

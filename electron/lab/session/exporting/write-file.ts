import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { recipePathOf, type ExportedFile } from '#shared/export';
import { Refusal } from '#shared/errors';
import { asidePrefix, writeFolderWhole } from '../../runs/atomic';
import { errorCode, storageReason } from '../../runs/storage';

/**
 * Checks that a file can be put there, before the work for it begins. Throws a `Refusal` that says what is in the way.
 * @param force lets it take the place of another
 */
export async function checkTarget(file: string, force: boolean): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  const holder = await kindOf(folder);
  if (holder === null) throw new Refusal(`There is no folder ${folder} to write ${file} to; make it first.`);
  if (holder === 'file')
    throw new Refusal(`${file} cannot be written: ${folder} is a file; name another folder.`);
  for (const wanted of [file, recipePathOf(file)]) {
    const there = await kindOf(wanted);
    if (there === 'folder') throw new Refusal(`${wanted} is a folder; name a file in it.`);
    if (there === 'file' && !force) {
      throw new Refusal(`${wanted} is there already; name another file, or write over it with --force.`);
    }
  }
}

/** Writes a file and its recipe beside it, both whole or neither. */
export async function writeExport(
  file: string,
  { bytes, recipe }: ExportedFile,
  force: boolean,
): Promise<void> {
  await checkTarget(file, force);
  try {
    await putTogether(file, bytes, `${JSON.stringify(recipe, null, 2)}\n`);
  } catch (thrown) {
    const reason = storageReason(thrown);
    if (reason === null) throw thrown;
    throw new Refusal(`${file} cannot be written: ${reason}.`, { cause: thrown });
  }
}

/** Neither takes its place before both are on the disk: a full one leaves what they were to replace. */
async function putTogether(file: string, bytes: Uint8Array, recipe: string): Promise<void> {
  const name = path.basename(file);
  const aside = path.join(path.dirname(file), `${asidePrefix}${name}-${randomUUID()}`);
  try {
    await writeFolderWhole(aside, { [name]: bytes, [recipePathOf(name)]: recipe });
    await rename(path.join(aside, recipePathOf(name)), recipePathOf(file));
    await rename(path.join(aside, name), file);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function kindOf(file: string): Promise<'file' | 'folder' | null> {
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'file';
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR') return null;
    const reason = storageReason(thrown);
    if (reason === null) throw thrown;
    throw new Refusal(`${file} cannot be written: ${reason}.`, { cause: thrown });
  }
}

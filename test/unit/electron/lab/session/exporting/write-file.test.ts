import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type * as files from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportRequest, recipePathOf, type ExportedFile } from '#shared/export';
import { writeExport } from '../../../../../../electron/lab/session/exporting/write-file';

/** Files whose writing the disk has no room for: no disk of a size of its own can be made by every user. */
const disk = vi.hoisted((): { tooSmallFor: RegExp | null } => ({ tooSmallFor: null }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof files>();
  const open: typeof original.open = async (...given) => {
    const handle = await original.open(...given);
    if (disk.tooSmallFor?.test(String(given[0])) === true) {
      // As Node has it of the system.
      const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      handle.writeFile = () => Promise.reject(full);
    }
    return handle;
  };
  return { ...original, open };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-write-'));
});
afterEach(async () => {
  disk.tooSmallFor = null;
  await rm(folder, { recursive: true, force: true });
});

const exported: ExportedFile = {
  name: 'kernels.csv',
  bytes: Buffer.from('sheet,name,note\r\n'),
  recipe: {
    format: 'convscope-export',
    version: 1,
    convscope: '0.1.0',
    engine: { name: 'wasm', version: '1' },
    subject: { path: null, checkpoint: null, preprocessing: null, data: null },
    modelSha256: '0'.repeat(64),
    imageSha256: null,
    request: exportRequest.parse({ work: { kind: 'kernels' }, format: 'csv' }),
    fileSha256: '0'.repeat(64),
  },
};

describe.each([
  ['the recipe', /recipe\.json$/],
  ['the file', /kernels\.csv$/],
])('an export to a disk that is full for %s', (_, tooSmallFor) => {
  const target = () => path.join(folder, 'kernels.csv');

  it('is refused with the reason, and leaves nothing behind', async () => {
    disk.tooSmallFor = tooSmallFor;
    await expect(writeExport(target(), exported, false)).rejects.toMatchObject({
      name: 'Refusal',
      message: `${target()} cannot be written: the disk is full; make room.`,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves the file and the recipe that it was to take the place of', async () => {
    await writeFile(target(), 'old');
    await writeFile(recipePathOf(target()), 'old recipe');
    disk.tooSmallFor = tooSmallFor;
    await expect(writeExport(target(), exported, true)).rejects.toThrow('the disk is full');
    expect((await readdir(folder)).sort()).toEqual(['kernels.csv', 'kernels.csv.recipe.json']);
    expect(await readFile(target(), 'utf8')).toBe('old');
    expect(await readFile(recipePathOf(target()), 'utf8')).toBe('old recipe');
  });
});

describe('an export into the place of another', () => {
  it('takes the place of the file and of the recipe, once it may', async () => {
    const target = path.join(folder, 'kernels.csv');
    await writeFile(target, 'old');
    await expect(writeExport(target, exported, false)).rejects.toThrow(/is there already.*--force/);
    expect(await readFile(target, 'utf8')).toBe('old');
    await rm(target);
    await writeFile(recipePathOf(target), 'old recipe');
    await expect(writeExport(target, exported, false)).rejects.toThrow(/recipe\.json is there already/);
    await writeExport(target, exported, true);
    expect(await readFile(target)).toEqual(exported.bytes);
    expect(JSON.parse(await readFile(recipePathOf(target), 'utf8'))).toEqual(exported.recipe);
    await mkdir(path.join(folder, 'taken'));
    await expect(writeExport(path.join(folder, 'taken'), exported, true)).rejects.toThrow(/is a folder/);
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FilePart } from '#shared/models';
import { Refusal } from '#shared/errors';
import { largestModelFile, megabytes } from '../../model/formats/files';
import { errorCode } from '../../runs/storage';

/** All files of a model together. */
const largestUpload = 1024 * 1024 * 1024;
const mostFiles = 4096;

interface Upload {
  readonly aside: string;
  readonly sizes: Map<string, number>;
  bytes: number;
}

export interface ReceivingLimits {
  readonly file: number;
  readonly upload: number;
}

/**
 * Files that a browser sends. They are written aside and, once whole, kept in a folder that is named by their content:
 * the same model sent again is the same folder. No path leads out of it.
 */
export class ReceivedFiles {
  readonly #folder: string;
  readonly #limits: ReceivingLimits;
  readonly #uploads = new Map<string, Upload>();

  constructor(folder: string, limits: ReceivingLimits = { file: largestModelFile, upload: largestUpload }) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Appends a part to its file. Throws a `Refusal` for one that is out of turn, too much, or leads elsewhere. */
  async receive({ upload: id, path: named, offset, bytes }: FilePart): Promise<void> {
    const relative = safePath(named);
    const upload = this.#uploads.get(id) ?? this.#begin(id);
    const size = upload.sizes.get(relative) ?? 0;
    if (offset !== size) {
      throw new Refusal(`${named}: ${offset - size} bytes are missing between its parts; drop it once more.`);
    }
    this.#checkSizes(upload, named, size + bytes.length, bytes.length);
    if (!upload.sizes.has(relative) && upload.sizes.size >= mostFiles) {
      throw new Refusal(`More than ${mostFiles} files were dropped; drop the model's alone.`);
    }
    // Before it is written: parts of one file may follow each other closely.
    upload.sizes.set(relative, size + bytes.length);
    upload.bytes += bytes.length;
    const target = path.join(upload.aside, relative);
    await mkdir(path.dirname(target), { recursive: true });
    const file = await open(target, 'a');
    try {
      await file.write(bytes, 0, bytes.length, offset);
    } finally {
      await file.close();
    }
  }

  /** @returns where the one file, the one folder, or the folder of all files now lies */
  async finish(id: string): Promise<string> {
    const upload = this.#uploads.get(id);
    if (upload === undefined) throw new Refusal('No file of this upload has arrived; drop it once more.');
    this.#uploads.delete(id);
    const paths = [...upload.sizes.keys()].sort();
    const folder = path.join(this.#folder, await hashOf(upload.aside, paths));
    try {
      await rename(upload.aside, folder);
    } catch (thrown) {
      // It was sent before.
      await rm(upload.aside, { recursive: true, force: true });
      if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(errorCode(thrown) ?? '')) throw thrown;
    }
    return path.join(folder, commonPart(paths));
  }

  /** Lets go of what was begun and never finished, here and by labs before. */
  async clear(): Promise<void> {
    this.#uploads.clear();
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((one) => one.startsWith(asidePrefix))) {
      const aside = path.join(this.#folder, name);
      const { mtimeMs } = await stat(aside);
      if (Date.now() - mtimeMs > staleMilliseconds) await rm(aside, { recursive: true, force: true });
    }
  }

  #begin(id: string): Upload {
    const aside = path.join(this.#folder, `${asidePrefix}${randomUUID()}`);
    const upload: Upload = { aside, sizes: new Map(), bytes: 0 };
    this.#uploads.set(id, upload);
    return upload;
  }

  #checkSizes(upload: Upload, named: string, size: number, more: number): void {
    const { file, upload: all } = this.#limits;
    if (size > file) {
      throw new Refusal(`${named} is larger than the ${megabytes(file)} that are taken of one file.`);
    }
    if (upload.bytes + more > all) {
      throw new Refusal(`The files together are larger than the ${megabytes(all)} that are taken at once.`);
    }
  }
}

const asidePrefix = '.receiving-';
/** Another lab may be receiving in the same folder. */
const staleMilliseconds = 24 * 60 * 60 * 1000;

/**
 * A path as a browser names a dropped file, made fit for every file system. Throws a `Refusal` for one that leads out
 * of its folder.
 */
export function safePath(named: string): string {
  const parts = named.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..') || named.includes('\0')) {
    throw new Refusal(`The path ${JSON.stringify(named.slice(0, 100))} of a dropped file leads elsewhere.`);
  }
  return parts
    .map((part) =>
      part
        .replace(/[<>:"|?*]/g, '_')
        .replace(/[. ]+$/, '_')
        .slice(0, 200),
    )
    .join('/');
}

async function hashOf(folder: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const relative of paths) {
    const file = path.join(folder, relative);
    hash.update(`${relative}\n${(await stat(file)).size}\n`);
    await pipeline(createReadStream(file), hash, { end: false });
  }
  return hash.digest('hex').slice(0, 32);
}

/** The file, or the folder that holds them all. */
function commonPart(paths: readonly string[]): string {
  const [first = ''] = paths;
  if (paths.length === 1) return first;
  const top = first.split('/')[0] ?? '';
  return paths.every((one) => one.startsWith(`${top}/`)) ? top : '';
}

import { constants } from 'node:fs';
import { lstat, open, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '#shared/errors';

/** No file of a model may be larger: what a person waits for, and what a process of this kind can hold. */
export const largestModelFile = 512 * 1024 * 1024;
/** A folder with more entries is no model. */
const mostEntries = 4096;
const deepestFolder = 4;

export interface ModelFile {
  /** Relative to the model's folder, with `/` between. */
  readonly path: string;
  readonly size: number;
}

/**
 * The files of one model: a folder, or a file with its neighbours. Readers take paths from files that nobody vouches
 * for, so nothing outside of the folder can be read, and no size is believed before it is checked.
 */
export interface ModelFiles {
  /** As it was named by a person, for messages. */
  readonly name: string;
  /** The file that was named, relative to the folder; `null` when a folder was named. */
  readonly main: string | null;
  /** Files of the folder. Below a named file's folder only its neighbours are listed, below a named folder all. */
  list(): Promise<readonly ModelFile[]>;
  /** In bytes; `null` where there is no such file. */
  size(relative: string): Promise<number | null>;
  /** The whole file. Throws a `Refusal` where it is missing, outside of the folder, or larger than `limit` bytes. */
  read(relative: string, limit?: number): Promise<Uint8Array>;
  /** At most the first `length` bytes. */
  head(relative: string, length: number): Promise<Uint8Array>;
}

/** Opens a file or a folder. Throws a `Refusal` where there is neither. */
export async function modelFiles(named: string): Promise<ModelFiles> {
  const found = await stat(named).catch((cause: unknown) => {
    throw new Refusal(`There is no model ${named}; name a file or a folder that exists.`, { cause });
  });
  if (found.isDirectory()) return new FolderFiles(named, await realpath(named), null);
  if (!found.isFile()) throw new Refusal(`${named} is neither a file nor a folder; name a model's.`);
  return new FolderFiles(named, await realpath(path.dirname(named)), path.basename(named));
}

class FolderFiles implements ModelFiles {
  readonly name: string;
  readonly main: string | null;
  readonly #root: string;

  constructor(name: string, root: string, main: string | null) {
    this.name = name;
    this.main = main;
    this.#root = root;
  }

  async list(): Promise<readonly ModelFile[]> {
    const files: ModelFile[] = [];
    await this.#collect('', this.main === null ? deepestFolder : 0, files);
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async size(relative: string): Promise<number | null> {
    const found = await this.#locate(relative);
    return found === null ? null : found.size;
  }

  async read(relative: string, limit: number = largestModelFile): Promise<Uint8Array> {
    const { at, size } = await this.#present(relative);
    if (size > limit) {
      throw new Refusal(
        `${this.name}: ${relative} holds ${megabytes(size)}, more than the ${megabytes(limit)} that are read of it.`,
      );
    }
    return this.#bytes(relative, at, size);
  }

  async head(relative: string, length: number): Promise<Uint8Array> {
    const { at, size } = await this.#present(relative);
    return this.#bytes(relative, at, Math.min(size, length));
  }

  async #present(relative: string): Promise<{ readonly at: string; readonly size: number }> {
    const found = await this.#locate(relative);
    if (found === null) throw new Refusal(`${this.name}: the file ${relative}, which it names, is missing.`);
    return found;
  }

  async #bytes(relative: string, at: string, size: number): Promise<Uint8Array> {
    // Not blocking, so that a named pipe put in the file's place cannot hold the process.
    const file = await open(at, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = new Uint8Array(size);
      let read = 0;
      while (read < size) {
        const { bytesRead } = await file.read(bytes, read, size - read, read);
        if (bytesRead === 0) throw new Refusal(`${this.name}: ${relative} became shorter while it was read.`);
        read += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** Where a file lies, if it is a file of the model. */
  async #locate(relative: string): Promise<{ readonly at: string; readonly size: number } | null> {
    const at = path.join(this.#root, checkedPath(relative, this.name));
    // The file that a person named may be a link to anywhere: they chose it. Paths found inside files may not.
    const real = await realpath(at).catch(absent);
    if (real === null) return null;
    if (relative !== this.main && !real.startsWith(this.#root + path.sep)) {
      throw new Refusal(
        `${this.name}: ${relative} is a link out of the model's folder, which is not followed.`,
      );
    }
    const found = await stat(real).catch(absent);
    return found?.isFile() === true ? { at: real, size: found.size } : null;
  }

  async #collect(folder: string, depth: number, files: ModelFile[]): Promise<void> {
    for await (const entry of await opendir(path.join(this.#root, folder))) {
      if (files.length >= mostEntries) {
        throw new Refusal(`${this.name} holds more than ${mostEntries} files; name the model among them.`);
      }
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) {
        files.push({ path: relative, size: (await lstat(path.join(this.#root, relative))).size });
      } else if (entry.isDirectory() && depth > 0) {
        await this.#collect(relative, depth - 1, files);
      } else if (entry.isSymbolicLink()) {
        const size = await this.size(relative).catch(refused);
        if (size !== null) files.push({ path: relative, size });
      }
    }
  }
}

function absent(): null {
  return null;
}

/** A link out of the folder is no file of the model. */
function refused(thrown: unknown): null {
  if (thrown instanceof Refusal) return null;
  throw thrown;
}

/**
 * A relative path as it may stand in a model's files, in the writing of this system. Throws a `Refusal` for one that
 * leaves the folder: absolute, with `..`, a drive, an address, or a zero byte.
 * @param owner names the model in the message
 */
export function checkedPath(relative: string, owner: string): string {
  const parts = relative.split('/').filter((part) => part !== '.' && part !== '');
  const escapes =
    relative === '' ||
    relative.length > 1024 ||
    relative.startsWith('/') ||
    /[\\\0:]/.test(relative) ||
    parts.length === 0 ||
    parts.includes('..');
  if (escapes) {
    throw new Refusal(
      `${owner}: it names the file ${JSON.stringify(relative.slice(0, 100))}, but only files in its own folder are read.`,
    );
  }
  return parts.join(path.sep);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

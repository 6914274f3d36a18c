import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '#shared/errors';
import type { SkippedFile } from '#shared/data-survey';
import { readLabels } from './labels-csv';

/** A file that should hold a picture, and the class that it belongs to. */
export interface LabelledFile {
  /** Relative to the folder that was named, for people. */
  readonly file: string;
  readonly path: string;
  readonly label: string;
}

/** What a folder of images holds. A split is `null` where there is no folder for it. */
export interface ImageListing {
  readonly training: readonly LabelledFile[] | null;
  readonly validation: readonly LabelledFile[] | null;
  readonly test: readonly LabelledFile[] | null;
  /** In alphabetical order, numbers in order of their values. */
  readonly classes: readonly string[];
  readonly skipped: readonly SkippedFile[];
  /** Class folders without a file. */
  readonly emptyClasses: readonly string[];
}

type Split = 'training' | 'validation' | 'test';

const splitNames: Readonly<Record<string, Split>> = {
  train: 'training',
  training: 'training',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
  testing: 'test',
};

const labelsFile = 'labels.csv';
/** Class folders may be nested, but not without end. */
const deepest = 8;
const mostFiles = 4_000_000;
/** What systems leave in folders. */
const systemFiles = new Set(['thumbs.db', 'desktop.ini', '__macosx']);
const inOrder = new Intl.Collator('en', { numeric: true }).compare;

/** Finds out which files of a folder are images of what, without opening any. Throws a `Refusal`. */
export async function listImages(folder: string): Promise<ImageListing> {
  const walk = new Walk(folder, await rootOf(folder));
  const entries = await walk.entries(folder);
  const splits = splitsOf(entries);
  if (splits.length === 0) await walk.split(folder, 'training', entries);
  for (const { name, split } of splits) {
    const inside = path.join(folder, name);
    await walk.split(inside, split, await walk.entries(inside));
  }
  return walk.listing();
}

async function rootOf(folder: string): Promise<string> {
  const info = await stat(folder).catch((cause: unknown) => {
    throw new Refusal(`The folder ${folder} cannot be opened: check that it exists and may be read.`, {
      cause,
    });
  });
  if (!info.isDirectory()) throw new Refusal(`${folder} is a file; name the folder that holds the images.`);
  return realpath(folder);
}

/** Only where no folder is called otherwise: a class may be called `train`. */
function splitsOf(entries: readonly Dirent[]): readonly { readonly name: string; readonly split: Split }[] {
  const folders = entries.filter((entry) => !entry.isFile());
  const splits = folders.flatMap(({ name }) => {
    const split = splitNames[name.toLowerCase()];
    return split === undefined ? [] : [{ name, split }];
  });
  return splits.length === folders.length ? splits : [];
}

/** One walk through a folder, with what it finds. */
class Walk {
  readonly #folder: string;
  /** The folder itself, with no links in its path: nothing outside of it is read. */
  readonly #root: string;
  readonly #splits: Partial<Record<Split, LabelledFile[]>> = {};
  readonly #skipped: SkippedFile[] = [];
  readonly #emptyClasses: string[] = [];
  #files = 0;

  constructor(folder: string, root: string) {
    this.#folder = folder;
    this.#root = root;
  }

  listing(): ImageListing {
    const { training = null, validation = null, test = null } = this.#splits;
    const found = [training, validation, test].flatMap((files) => files ?? []);
    const classes = [...new Set(found.map(({ label }) => label))].sort(inOrder);
    const emptyClasses = [...new Set(this.#emptyClasses)].filter((name) => !classes.includes(name));
    return { training, validation, test, classes, skipped: this.#skipped, emptyClasses };
  }

  /** What stands in a folder, without what systems leave there and without links that lead elsewhere. */
  async entries(folder: string): Promise<readonly Dirent[]> {
    const all = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
      throw new Refusal(`The folder ${folder} cannot be opened: check that it may be read.`, { cause });
    });
    const wanted = all
      .filter(({ name }) => !name.startsWith('.') && !systemFiles.has(name.toLowerCase()))
      .sort((a, b) => inOrder(a.name, b.name));
    this.#files += wanted.length;
    if (this.#files > mostFiles) {
      throw new Refusal(
        `${this.#folder} holds more than ${mostFiles.toLocaleString('en-US')} files; name a part of it.`,
      );
    }
    const kept = await Promise.all(wanted.map(async (entry) => this.#resolved(folder, entry)));
    return kept.filter((entry) => entry !== null);
  }

  /** Takes what stands in a folder as the images of a split. */
  async split(folder: string, split: Split, entries: readonly Dirent[]): Promise<void> {
    const files = (this.#splits[split] ??= []);
    const labels = entries.find((entry) => entry.isFile() && entry.name.toLowerCase() === labelsFile);
    if (labels !== undefined) {
      files.push(...(await this.#labelled(folder, labels.name)));
      return;
    }
    for (const entry of entries) {
      if (entry.isFile()) this.#skip(path.join(folder, entry.name), 'it lies in no folder of a class');
      else await this.#class(path.join(folder, entry.name), entry.name, files);
    }
  }

  async #class(folder: string, label: string, files: LabelledFile[]): Promise<void> {
    const before = files.length;
    await this.#gather(folder, label, files, 0);
    if (files.length === before) this.#emptyClasses.push(label);
  }

  async #gather(folder: string, label: string, files: LabelledFile[], depth: number): Promise<void> {
    for (const entry of await this.entries(folder)) {
      const at = path.join(folder, entry.name);
      if (entry.isFile()) files.push({ file: this.#nameOf(at), path: at, label });
      else if (depth < deepest) await this.#gather(at, label, files, depth + 1);
      else this.#skip(at, `it lies more than ${deepest} folders deep`);
    }
  }

  async #labelled(folder: string, name: string): Promise<readonly LabelledFile[]> {
    const found: LabelledFile[] = [];
    for (const { file, label } of await readLabels(path.join(folder, name))) {
      const at = await this.#inside(folder, file);
      if (at === null) this.#skip(path.join(folder, file), `${name} names it, but it is not in the folder`);
      else found.push({ file: this.#nameOf(at), path: at, label });
    }
    return found;
  }

  /** The path of a file that a list names, with or without its ending; `null` outside of the folder. */
  async #inside(folder: string, file: string): Promise<string | null> {
    for (const ending of ['', '.png', '.jpg', '.jpeg', '.webp', '.bmp']) {
      const real = await realpath(path.join(folder, file + ending)).catch(() => null);
      if (real !== null) return this.#holds(real) && (await stat(real)).isFile() ? real : null;
    }
    return null;
  }

  /** Links are followed inside the folder alone. */
  async #resolved(folder: string, entry: Dirent): Promise<Dirent | null> {
    if (entry.isFile() || entry.isDirectory()) return entry;
    const at = path.join(folder, entry.name);
    const real = await realpath(at).catch(() => null);
    const info = real !== null && this.#holds(real) ? await stat(real) : null;
    // A link to a folder could lead in a circle.
    if (info?.isFile() === true) return Object.assign(entry, { isFile: () => true });
    this.#skip(at, entry.isSymbolicLink() ? 'it is a link to elsewhere' : 'it is no file');
    return null;
  }

  #holds(real: string): boolean {
    return real.startsWith(this.#root + path.sep);
  }

  #nameOf(at: string): string {
    const base = path.isAbsolute(at) && at.startsWith(this.#root) ? this.#root : this.#folder;
    return path.relative(base, at);
  }

  #skip(at: string, reason: string): void {
    this.#skipped.push({ file: this.#nameOf(at), reason });
  }
}

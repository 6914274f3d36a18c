import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '#shared/errors';
import { saveFormat, type SavedFile, type SaveFormatId } from '#shared/saving';
import { startEngine } from '../lab/engine/backend';
import { openModel } from '../lab/model/open';
import { whyIncomplete } from '../lab/model/opened-model';
import type { SavableModel } from '../lab/model/saving/describe';
import { saveModel } from '../lab/model/saving/save';
import { replaceFolderWhole, writeFolderWhole, writeWhole } from '../lab/runs/atomic';
import { storageReason } from '../lab/runs/storage';
import { networkOfRun } from '../lab/session/save-network';
import { isRun, type WantedEngine } from './arguments';
import { print, say } from './terminal';

export interface SaveOptions {
  /** The folder of a run, or a model's file or folder. */
  readonly subject: string;
  readonly format: SaveFormatId;
  /** A file or a folder, as the format has it. */
  readonly to: string;
  /** Whether an earlier model there is given up. */
  readonly force: boolean;
  readonly engine: WantedEngine;
  readonly json: boolean;
}

/** Saves a network in another format. The file or folder appears whole or not at all. */
export async function save({ subject, format, to, force, engine, json }: SaveOptions): Promise<void> {
  const { extension, title } = saveFormat(format);
  const target = { path: to, folder: extension === null, title };
  const former = await formerAt(target, force);
  await startEngine(engine);
  const network = await networkOf(subject);
  let files: readonly SavedFile[];
  try {
    files = await saveModel(network, format);
  } finally {
    network.dispose();
  }
  if (former) await requireReplaceable(target, files);
  await write(target, files, former);
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  const listed = files.map((file) => file.path);
  if (json) print(JSON.stringify({ type: 'saved', format, path: to, files: listed, bytes }));
  else print(`${to}: ${title}, ${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 2 })} MB`);
}

async function networkOf(subject: string): Promise<SavableModel & { dispose(): void }> {
  if (isRun(subject)) {
    const network = await networkOfRun(subject);
    return {
      ...network,
      dispose: () => {
        network.model.dispose();
      },
    };
  }
  const opened = await openModel(subject);
  const { network, classes, preprocessing } = opened;
  const why = network.kind === 'graph' ? 'it runs as a graph and not as layers' : whyIncomplete(network);
  if (network.kind === 'graph' || why !== null) {
    opened.dispose();
    throw new Refusal(`${subject} cannot be saved: ${why ?? ''}.`);
  }
  for (const note of opened.notes) say(note);
  return {
    model: network.model,
    classes,
    preprocessing,
    dispose: () => {
      opened.dispose();
    },
  };
}

interface Target {
  readonly path: string;
  readonly folder: boolean;
  readonly title: string;
}

/** Whether something is there that is to be replaced. Throws a `Refusal` where it must not be. */
async function formerAt(target: Target, force: boolean): Promise<boolean> {
  const found = await stat(target.path).catch(() => null);
  if (found === null) return false;
  if (!force) throw new Refusal(`${target.path} exists already; name another, or add --force to replace it.`);
  if (found.isDirectory() === target.folder) return true;
  throw new Refusal(
    target.folder
      ? `${target.path} is a file, but ${target.title} is a folder; name another.`
      : `${target.path} is a folder, but ${target.title} is one file; name a file in it.`,
  );
}

/** A folder is given up only where it holds nothing but what is written now, and names of classes. */
async function requireReplaceable(target: Target, files: readonly SavedFile[]): Promise<void> {
  if (!target.folder) return;
  const own = new Set(['labels.txt', ...files.map((file) => file.path)]);
  const other = (await readdir(target.path)).find((name) => !own.has(name));
  if (other !== undefined) {
    throw new Refusal(`${target.path} holds ${other}, which is no part of the model; name another folder.`);
  }
}

async function write(target: Target, files: readonly SavedFile[], former: boolean): Promise<void> {
  try {
    await mkdir(path.dirname(path.resolve(target.path)), { recursive: true });
    const [only] = files;
    if (!target.folder && only !== undefined) {
      await writeWhole(target.path, only.bytes);
      return;
    }
    const contents = Object.fromEntries(files.map((file) => [file.path, file.bytes]));
    await (former ? replaceFolderWhole(target.path, contents) : writeFolderWhole(target.path, contents));
  } catch (cause) {
    const reason = storageReason(cause);
    throw reason === null ? cause : new Refusal(`${target.path} cannot be saved: ${reason}.`, { cause });
  }
}

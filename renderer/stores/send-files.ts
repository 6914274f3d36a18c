import type { LabApi } from '#shared/api';
import { mostPartBytes } from '#shared/models';

/** A file that was dropped, with its path below what was dropped. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

/**
 * Sends files to a lab that cannot read them where they lie. Resolves to where they lie for the lab.
 * @param progress is told the share that has arrived, 0 to 1
 */
export async function sendFiles(
  lab: LabApi,
  files: readonly DroppedFile[],
  progress: (share: number) => void,
): Promise<string> {
  const upload = crypto.randomUUID();
  const all = files.reduce((sum, { file }) => sum + file.size, 0);
  let sent = 0;
  for (const { path, file } of files) {
    // An empty file is one empty part.
    for (let offset = 0; offset === 0 || offset < file.size; offset += mostPartBytes) {
      const part = file.slice(offset, offset + mostPartBytes);
      await lab.receiveFile({ upload, path, offset, bytes: new Uint8Array(await part.arrayBuffer()) });
      sent += part.size;
      progress(all === 0 ? 1 : sent / all);
    }
  }
  return lab.finishUpload(upload);
}

/** More files than any model has: a person dropped something else. */
const mostFiles = 4096;

/** The files of what was dropped, those in folders too. Must be called while the drop is handled. */
export function droppedFiles(transfer: DataTransfer): Promise<readonly DroppedFile[]> {
  // The list of items is empty as soon as the handler returns.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  return collect(entries, plain);
}

async function collect(
  entries: readonly (FileSystemEntry | null)[],
  plain: readonly File[],
): Promise<readonly DroppedFile[]> {
  const found: DroppedFile[] = [];
  for (const entry of entries) if (entry !== null) await walk(entry, '', found);
  // Not every browser, and no test, gives entries.
  return found.length > 0 ? found : plain.map((file) => ({ path: file.name, file }));
}

async function walk(entry: FileSystemEntry, folder: string, found: DroppedFile[]): Promise<void> {
  if (found.length > mostFiles) throw new Error(`More than ${mostFiles} files were dropped.`);
  const path = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives its entries in parts, the last of which is empty.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (part.length === 0) return;
    for (const one of part) await walk(one, `${path}/`, found);
  }
}

/** Files that an `<input type=file>` was given; of a folder each has its path below it. */
export function pickedFiles(list: FileList): readonly DroppedFile[] {
  return [...list].map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
}

import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { Refusal } from '#shared/errors';
import { cifarLayouts, recordBytes, type CifarLayout } from './layout';

/** A file's bytes, `null` where there is no such file. */
export type CifarFiles = (name: string) => Promise<Uint8Array | null>;

/** Five times what CIFAR-10 takes: an archive that unpacks to more is another one, or made to fill memory. */
const mostBytes = 2 ** 30;
const largestNames = 2 ** 20;

/** The files of a set: in the folder, in the folder that the archive makes inside of it, or in the archive itself. */
export async function cifarFiles(at: string, layout: CifarLayout, signal: AbortSignal): Promise<CifarFiles> {
  const info = await stat(at).catch((cause: unknown) => {
    throw new Refusal(`The folder ${at} cannot be opened: check that it exists and may be read.`, { cause });
  });
  if (!info.isDirectory()) return inArchive(at, layout, signal);
  const inner = path.join(at, layout.folder);
  const folder = (await isFolder(inner)) ? inner : at;
  return (name) => inFolder(folder, name, layout);
}

async function inFolder(folder: string, name: string, layout: CifarLayout): Promise<Uint8Array | null> {
  const file = path.join(folder, name);
  const info = await stat(file).catch(() => null);
  if (info?.isFile() !== true) return null;
  if (info.size > (name === layout.names ? largestNames : mostBytes)) {
    throw new Refusal(
      `${file} holds ${info.size.toLocaleString('en-US')} bytes, more than any file of ${layout.title}.`,
    );
  }
  return readFile(file);
}

async function inArchive(archive: string, layout: CifarLayout, signal: AbortSignal): Promise<CifarFiles> {
  const wanted = new Set([...layout.training, layout.test, layout.names]);
  try {
    const unpacked = createReadStream(archive, { signal }).pipe(createGunzip()).pipe(atMost(mostBytes));
    const entries = await unpackTar(Readable.toWeb(unpacked) as ReadableStream<Uint8Array>, {
      filter: ({ name, type }) => type === 'file' && wanted.has(path.posix.basename(name)),
    });
    const files = new Map(
      entries.map(({ header, data }) => [path.posix.basename(header.name), data ?? null]),
    );
    return async (name) => files.get(name) ?? null;
  } catch (cause) {
    signal.throwIfAborted();
    throw new Refusal(`${archive} is no .tar.gz of ${layout.title} that can be read; fetch it again.`, {
      cause,
    });
  }
}

function atMost(bytes: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Uint8Array, _, done) {
      total += chunk.length;
      if (total > bytes) done(new Error(`unpacks to more than ${bytes} bytes`));
      else done(null, chunk);
    },
  });
}

/** Which set's files a folder or an archive holds, by their names and sizes. */
export async function cifarIn(at: string): Promise<CifarLayout | null> {
  if (!(await isFolder(at))) return cifarInArchive(at);
  for (const layout of cifarLayouts) {
    const inner = path.join(at, layout.folder);
    const folder = (await isFolder(inner)) ? inner : at;
    const present = await readdir(folder);
    const batch = [...layout.training, layout.test].find((name) => present.includes(name));
    if (batch === undefined) continue;
    const { size } = await stat(path.join(folder, batch));
    if (size > 0 && size % recordBytes(layout) === 0) return layout;
  }
  return null;
}

/** The archives are told by their names: their first file is told only by unpacking. */
async function cifarInArchive(at: string): Promise<CifarLayout | null> {
  const file = await open(at);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer[0] !== 0x1f || buffer[1] !== 0x8b) return null;
  } finally {
    await file.close();
  }
  return (
    cifarLayouts.find(({ id }) => path.basename(at).replaceAll('-', '').startsWith(`${id}binary`)) ?? null
  );
}

async function isFolder(at: string): Promise<boolean> {
  return (await stat(at).catch(() => null))?.isDirectory() === true;
}

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { imageFolderSpec, type ImageFolderSpec } from '#shared/data-spec';

/** A PNG of one grey all over, written by a library of its own. */
export function greyPng(value: number, height = 4, width = 4): Uint8Array {
  return encode({ width, height, channels: 1, data: new Uint8Array(height * width).fill(value) });
}

export function redPng(height = 4, width = 4): Uint8Array {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, at) => (at % 3 === 0 ? 200 : 10));
  return encode({ width, height, channels: 3, data });
}

/** Makes a folder of files by their paths inside of it. */
export async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'convscope-images-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** `count` files of each class, each of a grey of its own. */
export function classFiles(
  classes: readonly string[],
  count: number,
  root = '',
): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(
    classes.flatMap((name, label) =>
      Array.from(
        { length: count },
        (_, at) => [`${root}${name}/${at}.png`, greyPng(label * 100 + at)] as const,
      ),
    ),
  );
}

export function specOf(folder: string, options: Partial<ImageFolderSpec> = {}): ImageFolderSpec {
  return imageFolderSpec.parse({ source: 'images', folder, ...options });
}

import { readFile, stat } from 'node:fs/promises';
import { largestImageBytes, UnreadableImage } from './decode';

/** The bytes of a file that should hold a picture. Throws an `UnreadableImage`. */
export async function readPicture(path: string, name: string = path): Promise<Uint8Array> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new UnreadableImage(name, new Error('it is missing or may not be read', { cause }));
  });
  if (!info.isFile()) throw new UnreadableImage(name, new Error('it is no file'));
  if (info.size > largestImageBytes) {
    throw new UnreadableImage(name, new Error(`it is larger than ${largestImageBytes / 2 ** 20} MB`));
  }
  return readFile(path).catch((cause: unknown) => {
    throw new UnreadableImage(name, new Error('it is missing or may not be read', { cause }));
  });
}

import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '#shared/errors';
import { modelFiles, type ModelFiles } from '../../model/formats/files';
import { parseJson } from '../../model/formats/json';

/** Larger descriptions name no weights that would be looked for. */
const largestDescription = 16 * 1024 * 1024;

const withManifest = z.looseObject({
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()) })),
});

/**
 * Names a model by its content, so that what is known of it stays known when it is moved or renamed: a file with the
 * files of weights that it names, or all files of a folder.
 */
export async function contentHash(file: string): Promise<string> {
  const files = await modelFiles(file);
  const hash = createHash('sha256');
  const paths =
    files.main === null
      ? (await files.list()).map((one) => one.path)
      : [files.main, ...(await weightsOf(files, files.main))];
  for (const one of paths) await add(hash, files, one);
  return hash.digest('hex');
}

async function add(hash: Hash, files: ModelFiles, path: string): Promise<void> {
  const bytes = await files.read(path);
  hash.update(`${bytes.length}\n`).update(bytes);
}

/** Of a TensorFlow.js model, whose description is the same before and after training. */
async function weightsOf(files: ModelFiles, main: string): Promise<readonly string[]> {
  const size = (await files.size(main)) ?? 0;
  if (size > largestDescription) return [];
  const bytes = await files.read(main, largestDescription);
  if (bytes[0] !== 0x7b) return [];
  try {
    const found = withManifest.safeParse(parseJson(bytes, main));
    return found.success ? found.data.weightsManifest.flatMap(({ paths }) => paths) : [];
  } catch (thrown) {
    if (thrown instanceof Refusal) return [];
    throw thrown;
  }
}

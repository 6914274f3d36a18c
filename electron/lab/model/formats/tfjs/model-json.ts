import { z } from 'zod';
import { Refusal } from '#shared/errors';
import type { ModelFiles } from '../files';
import { checkJson, holdsWords, largestJson, parseJson } from '../json';

const text = z.string().max(200).nullish();

/** The `model.json` of TensorFlow.js, whatever it is called. Old files have no `format`. */
const modelJson = z.looseObject({
  format: text,
  generatedBy: text,
  convertedBy: text,
  modelTopology: z.looseObject({}),
  weightsManifest: z.unknown().optional(),
  signature: z.unknown().optional(),
  userDefinedMetadata: z.unknown().optional(),
});
export type ModelJson = z.infer<typeof modelJson>;

/** Whether a topology is a graph of operations, and not one of layers. */
export function isGraph(json: ModelJson): boolean {
  return Array.isArray(json.modelTopology['node']);
}

export async function readModelJson(files: ModelFiles): Promise<ModelJson> {
  const value = parseJson(await files.read(files.main as string, largestJson), files.name);
  return checkJson(modelJson, value, files.name);
}

/**
 * Which of TensorFlow.js's two kinds of model a file describes, `null` for other files. One that is broken, but has the
 * words of such a description, counts as layers, so that whoever opens it says where it is broken.
 */
export async function modelKindOf(files: ModelFiles): Promise<'graph' | 'layers' | null> {
  if (files.main === null || !(await holdsWords(files, files.main, ['"modelTopology"']))) return null;
  try {
    return isGraph(await readModelJson(files)) ? 'graph' : 'layers';
  } catch (thrown) {
    if (thrown instanceof Refusal) return 'layers';
    throw thrown;
  }
}

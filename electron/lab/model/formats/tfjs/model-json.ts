import { z } from 'zod';
import { Refusal } from '#shared/errors';
import type { ModelFiles } from '../files';
import { beginsAsJson, checkJson, largestJson, parseJson } from '../json';

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

/** The same for files that may be something else. */
export async function modelJsonIn(files: ModelFiles): Promise<ModelJson | null> {
  if (files.main === null || !beginsAsJson(await files.head(files.main, 64))) return null;
  try {
    return await readModelJson(files);
  } catch (thrown) {
    if (thrown instanceof Refusal) return null;
    throw thrown;
  }
}

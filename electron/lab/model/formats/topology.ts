import { Refusal } from '#shared/errors';
import { z } from 'zod';
import type { KerasModel } from '../keras-config/keras-model';
import { isKerasModel, parseKerasModel } from '../keras-config/parse';
import type { ModelFiles } from './files';
import { beginsAsJson, largestJson, parseJson } from './json';

/** A model's layers, described in a file of their own. */
export interface Topology {
  readonly file: string;
  readonly model: KerasModel;
  readonly version: string | null;
}

const mostNeighbours = 64;

const described = z.looseObject({ keras_version: z.string().optional() });

/** Reads JSON as Keras's `model.to_json()` writes it; `null` for other JSON. */
export function topologyOf(value: unknown, file: string, owner: string): Topology | null {
  if (!isKerasModel(value)) return null;
  const version = described.safeParse(value).data?.keras_version ?? null;
  return { file, model: parseKerasModel(value, owner), version };
}

/** Descriptions among the neighbours of a file of weights. Those that are broken are passed over. */
export async function topologiesBeside(files: ModelFiles): Promise<readonly Topology[]> {
  const neighbours = (await files.list()).filter(
    ({ path, size }) => path !== files.main && /\.json$/i.test(path) && size <= largestJson,
  );
  const found: Topology[] = [];
  for (const { path } of neighbours.slice(0, mostNeighbours)) {
    const topology = await readTopology(files, path).catch(passOver);
    if (topology !== null) found.push(topology);
  }
  return found;
}

export async function readTopology(files: ModelFiles, path: string): Promise<Topology | null> {
  if (!beginsAsJson(await files.head(path, 64))) return null;
  const place = `${files.name}: ${path}`;
  return topologyOf(parseJson(await files.read(path, largestJson), place), path, place);
}

function passOver(thrown: unknown): null {
  if (thrown instanceof Refusal) return null;
  throw thrown;
}

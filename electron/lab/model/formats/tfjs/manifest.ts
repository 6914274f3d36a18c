import { z } from 'zod';
import { Refusal } from '#shared/errors';
import type { StoredWeight } from '../../keras-config/weight-source';
import { largestModelFile, megabytes, type ModelFiles } from '../files';
import { checkJson } from '../json';
import { decode, storedBytes, type WeightEncoding } from './decode';

const quantization = z.looseObject({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
});
const weight = z.looseObject({
  name: z.string().min(1).max(1024),
  shape: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(2 ** 31),
    )
    .max(8),
  dtype: z.enum(['float32', 'int32', 'bool', 'uint8', 'uint16']),
  quantization: quantization.optional(),
});
const group = z.looseObject({
  paths: z.array(z.string().min(1).max(1024)).min(1).max(4096),
  weights: z.array(weight).max(100_000),
});
const manifest = z.array(group).min(1).max(4096);

export type WeightEntry = z.infer<typeof weight>;

/** A weight of the manifest with its bytes as they are stored. */
export interface ManifestWeight extends StoredWeight {
  readonly entry: WeightEntry;
  readonly bytes: Uint8Array;
}

/** Reads all weights that a `weightsManifest` lists. Throws a `Refusal` where files and manifest disagree. */
export async function readManifest(files: ModelFiles, written: unknown): Promise<readonly ManifestWeight[]> {
  const groups = checkJson(manifest, written, `${files.name}: weightsManifest`);
  const total = groups.flatMap(({ weights }) => weights).reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (total > largestModelFile) {
    throw new Refusal(
      `${files.name}: its weights take ${megabytes(total)}, more than the ${megabytes(largestModelFile)} that are read.`,
    );
  }
  const found: ManifestWeight[] = [];
  for (const { paths, weights } of groups) {
    found.push(...parted(weights, await joined(files, paths, weights), files.name));
  }
  requireUnique(found, files.name);
  return found;
}

async function joined(
  files: ModelFiles,
  paths: readonly string[],
  weights: readonly WeightEntry[],
): Promise<Uint8Array> {
  const needed = weights.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const shards: Uint8Array[] = [];
  let size = 0;
  for (const path of paths) {
    // A little more than is needed is told apart from much more without reading it.
    const shard = await files.read(path, needed + 4096);
    size += shard.length;
    shards.push(shard);
  }
  if (size < needed) {
    throw new Refusal(
      `${files.name}: ${paths.join(', ').slice(0, 200)} ${paths.length === 1 ? 'holds' : 'hold'} ${size} bytes, ` +
        `but the manifest lists ${needed} bytes of weights; the file is cut off or belongs to another model.`,
    );
  }
  const all = new Uint8Array(size);
  let offset = 0;
  for (const shard of shards) {
    all.set(shard, offset);
    offset += shard.length;
  }
  return all;
}

function parted(entries: readonly WeightEntry[], all: Uint8Array, owner: string): readonly ManifestWeight[] {
  let offset = 0;
  return entries.map((entry) => {
    const bytes = all.subarray(offset, offset + bytesOf(entry));
    offset += bytes.length;
    const encoding = encodingOf(entry, owner);
    const { name, shape } = entry;
    return { name, shape, entry, bytes, read: () => decode(bytes, encoding) };
  });
}

function bytesOf(entry: WeightEntry): number {
  const count = entry.shape.reduce((product, size) => product * size, 1);
  return count * storedBytes(entry.quantization?.dtype ?? entry.dtype);
}

function encodingOf({ name, dtype, quantization: quantised }: WeightEntry, owner: string): WeightEncoding {
  if (quantised === undefined || quantised.dtype === 'float16') {
    return { dtype: quantised?.dtype ?? dtype, scale: 1, min: 0 };
  }
  const { scale, min } = quantised;
  if (scale === undefined || min === undefined) {
    throw new Refusal(`${owner}: the weight ${name} is quantised, but has no scale and min.`);
  }
  return { dtype: quantised.dtype, scale, min };
}

function requireUnique(weights: readonly ManifestWeight[], owner: string): void {
  const seen = new Set<string>();
  for (const { name } of weights) {
    if (seen.has(name)) throw new Refusal(`${owner}: the manifest lists the weight ${name} twice.`);
    seen.add(name);
  }
}

import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { RunInfo, RunResult } from '#shared/api';
import { Refusal } from '#shared/errors';
import { recipe, type Recipe } from '#shared/spec';
import { asidePrefix, writeWhole } from './atomic';
import { readJsonFile } from './json-file';
import { errorCode, explainStorage } from './storage';
import { withWholePaths } from './whole-paths';

/**
 * A run is a folder that other tools can read:
 *   spec.json        what was trained and how
 *   metrics.jsonl    one JSON object a line: every batch, every epoch
 *   checkpoints/     the network and the optimizer after every epoch
 *   tensorboard/     event files for TensorBoard
 *   result.json      how it ended
 */
export const runFiles = {
  spec: 'spec.json',
  metrics: 'metrics.jsonl',
  checkpoints: 'checkpoints',
  tensorboard: 'tensorboard',
  result: 'result.json',
} as const;

const runSpec = z.object({
  format: z.literal('convscope-run'),
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  engine: z.string(),
  classes: z.array(z.string()).min(1).max(10_000),
  inputShape: z.tuple([z.number().int().min(1), z.number().int().min(1), z.number().int().min(1)]),
  recipe,
});

/** What `spec.json` holds. */
export type RunSpec = Readonly<z.infer<typeof runSpec>>;

export interface RunOrigin {
  readonly recipe: Recipe;
  readonly engine: string;
  readonly classes: readonly string[];
  readonly inputShape: readonly [number, number, number];
}

/** Where a new run goes: numbered among others, or a folder that a person named. */
export type RunPlace = { readonly among: string } | { readonly folder: string };

/**
 * Makes the folder of a new run. It appears whole, with its spec, or not at all. Refuses a named folder that holds
 * anything.
 */
export async function createRun(place: RunPlace, origin: RunOrigin): Promise<RunInfo> {
  try {
    const startedAt = new Date().toISOString();
    const spec: RunSpec = {
      format: 'convscope-run',
      version: 1,
      startedAt,
      engine: origin.engine,
      classes: [...origin.classes],
      inputShape: [...origin.inputShape],
      recipe: withWholePaths(origin.recipe),
    };
    const folder = await placeRun(place, spec);
    return { id: path.basename(folder), folder, startedAt };
  } catch (thrown) {
    throw explainStorage(thrown, 'among' in place ? place.among : place.folder);
  }
}

/** Replaces the spec of a run that goes on in another way. */
export async function writeRunSpec(folder: string, spec: RunSpec): Promise<void> {
  await writeWhole(path.join(folder, runFiles.spec), `${JSON.stringify(spec, null, 2)}\n`);
}

const runResult = z.object({
  engine: z.enum(['tensorflow', 'wasm']),
  parameters: z.number().int(),
  /** JSON has no NaN: `null` stands for the loss of a network that diverged. */
  testLoss: z
    .number()
    .nullable()
    .transform((loss) => loss ?? NaN),
  testAccuracy: z
    .number()
    .nullable()
    .transform((accuracy) => accuracy ?? NaN),
  imagesPerSecond: z.number(),
  ended: z.enum(['completed', 'stopped', 'diverged', 'early-stopped']),
  /** The name of the checkpoint that holds the network as the run left it. */
  checkpoint: z
    .string()
    .regex(/^step-\d+(-inside-epoch)?$/)
    .nullable(),
});

/** What `result.json` holds. */
export type KeptResult = RunResult & { readonly checkpoint: string | null };

export async function writeResult(folder: string, result: KeptResult): Promise<void> {
  await writeWhole(path.join(folder, runFiles.result), `${JSON.stringify(result, null, 2)}\n`);
}

/** How a run ended; `null` for one that has not, or that was killed. */
export async function readResult(folder: string): Promise<KeptResult | null> {
  try {
    return await readJsonFile(path.join(folder, runFiles.result), runResult);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

/** A run that goes on has not ended. */
export async function removeResult(folder: string): Promise<void> {
  await rm(path.join(folder, runFiles.result), { force: true });
}

/** Whether a path is the folder of a run, readable or not. */
export async function isRunFolder(folder: string): Promise<boolean> {
  return access(path.join(folder, runFiles.spec)).then(
    () => true,
    () => false,
  );
}

/** Reads `spec.json`; a folder without one is refused as no run. */
export async function readRunSpec(folder: string): Promise<RunSpec> {
  try {
    return await readJsonFile(path.join(folder, runFiles.spec), runSpec);
  } catch (thrown) {
    if (errorCode(thrown) === undefined) throw thrown;
    throw new Refusal(`${folder} is no run: it has no readable ${runFiles.spec}.`, { cause: thrown });
  }
}

/** A rename onto a folder that another lab made meanwhile fails with one of these. */
const takenCodes: readonly string[] = ['EEXIST', 'ENOTEMPTY', 'EPERM'];

async function placeRun(place: RunPlace, spec: RunSpec): Promise<string> {
  if ('folder' in place) {
    const folder = path.resolve(place.folder);
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) {
      throw new Refusal(`The folder ${place.folder} is not empty; name a new one for the run.`);
    }
    await rename(await writeAside(path.dirname(folder), spec), folder);
    return folder;
  }
  await mkdir(place.among, { recursive: true });
  const aside = await writeAside(place.among, spec);
  const { data, model } = spec.recipe;
  for (let number = await nextNumber(place.among); ; number++) {
    const folder = path.join(place.among, `${String(number).padStart(4, '0')}-${data.source}-${model.name}`);
    try {
      await rename(aside, folder);
      return folder;
    } catch (thrown) {
      if (!takenCodes.includes(errorCode(thrown) ?? '')) throw thrown;
    }
  }
}

async function writeAside(parent: string, spec: RunSpec): Promise<string> {
  const aside = path.join(parent, `${asidePrefix}run-${randomUUID()}`);
  await mkdir(path.join(aside, runFiles.checkpoints), { recursive: true });
  await writeRunSpec(aside, spec);
  return aside;
}

async function nextNumber(among: string): Promise<number> {
  const numbers = (await readdir(among))
    .map((name) => Number.parseInt(name, 10))
    .filter(Number.isSafeInteger);
  return Math.max(0, ...numbers) + 1;
}

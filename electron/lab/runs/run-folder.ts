import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { RunInfo, RunResult } from '#shared/api';
import { Refusal } from '#shared/errors';
import { describeIssue, recipe, type Recipe } from '#shared/spec';
import { writeWhole } from './atomic';

/**
 * A run is a folder that other tools can read:
 *   spec.json        what was trained and how
 *   metrics.jsonl    one JSON object a line: every batch, every epoch
 *   checkpoints/     the network and the optimizer after every epoch
 *   result.json      how it ended
 */
export const runFiles = {
  spec: 'spec.json',
  metrics: 'metrics.jsonl',
  checkpoints: 'checkpoints',
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

/** Makes the folder of a new run. Refuses a named folder that holds anything. */
export async function createRun(place: RunPlace, origin: RunOrigin): Promise<RunInfo> {
  const folder = await makeFolder(place, origin).catch((thrown: unknown) => {
    throw explained(thrown, 'among' in place ? place.among : place.folder);
  });
  const startedAt = new Date().toISOString();
  const spec = {
    format: 'convscope-run',
    version: 1,
    startedAt,
    engine: origin.engine,
    classes: [...origin.classes],
    inputShape: [...origin.inputShape],
    recipe: origin.recipe,
  };
  await mkdir(path.join(folder, runFiles.checkpoints));
  await writeWhole(path.join(folder, runFiles.spec), `${JSON.stringify(spec, null, 2)}\n`);
  return { id: path.basename(folder), folder, startedAt };
}

export async function writeResult(run: RunInfo, result: RunResult): Promise<void> {
  await writeWhole(path.join(run.folder, runFiles.result), `${JSON.stringify(result, null, 2)}\n`);
}

/** Reads `spec.json`; a folder without one is refused as no run. */
export async function readRunSpec(folder: string): Promise<RunSpec> {
  const file = path.join(folder, runFiles.spec);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Refusal(`${folder} is no run: it has no readable ${runFiles.spec}.`, { cause });
  });
  const parsed = runSpec.safeParse(parseJson(text, file));
  if (!parsed.success) throw new Refusal(`${file} is damaged: ${describeIssue(parsed.error)}.`);
  return parsed.data;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(`${file} is damaged: it is no JSON.`, { cause });
  }
}

async function makeFolder(place: RunPlace, { recipe: { data, model } }: RunOrigin): Promise<string> {
  if ('folder' in place) {
    await mkdir(place.folder, { recursive: true });
    if ((await readdir(place.folder)).length > 0) {
      throw new Refusal(`The folder ${place.folder} is not empty; name a new one for the run.`);
    }
    return path.resolve(place.folder);
  }
  await mkdir(place.among, { recursive: true });
  for (let number = await nextNumber(place.among); ; number++) {
    const folder = path.join(place.among, `${String(number).padStart(4, '0')}-${data.source}-${model.name}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (thrown) {
      // Another lab on this machine took the number between the look and the leap.
      if (codeOf(thrown) !== 'EEXIST') throw thrown;
    }
  }
}

async function nextNumber(among: string): Promise<number> {
  const numbers = (await readdir(among))
    .map((name) => Number.parseInt(name, 10))
    .filter(Number.isSafeInteger);
  return Math.max(0, ...numbers) + 1;
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}

function explained(thrown: unknown, folder: string): unknown {
  switch (codeOf(thrown)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Refusal(`No run can be kept in ${folder}: it may not be written. Name another folder.`, {
        cause: thrown,
      });
    case 'ENOSPC':
      return new Refusal(`No run can be kept in ${folder}: the disk is full.`, { cause: thrown });
    case 'ENOTDIR':
    case 'EEXIST':
      return new Refusal(`No run can be kept in ${folder}: a file is in its way. Name another folder.`, {
        cause: thrown,
      });
    default:
      return thrown;
  }
}

import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Refusal } from '#shared/errors';
import type { NamedTensor } from '#shared/tensors';
import { asidePrefix, writeFolderWhole } from './atomic';
import { readJsonFile } from './json-file';
import { trainingPosition, type TrainingPosition } from './position';
import { runFiles } from './run-folder';

/** A network in the middle of its training. */
export interface Checkpoint {
  /** The layers, as TensorFlow.js and Keras describe them. */
  readonly topology: unknown;
  readonly weights: readonly NamedTensor[];
  readonly optimizer: readonly NamedTensor[];
  readonly position: TrainingPosition;
}

const files = {
  model: 'model.json',
  weights: 'weights.bin',
  training: 'training.json',
  optimizer: 'optimizer.bin',
} as const;

const tensorEntry = z.object({
  name: z.string(),
  shape: z.array(z.number().int().min(0)),
  dtype: z.literal('float32'),
});
const modelFile = z.object({
  modelTopology: z.unknown(),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(tensorEntry) })).length(1),
});
const trainingFile = z.object({
  position: trainingPosition,
  optimizer: z.array(tensorEntry),
});

/**
 * Writes a folder of `checkpoints/`: `model.json` with `weights.bin` is a TensorFlow.js layers model that any other tool
 * can load, `training.json` with `optimizer.bin` what training goes on from.
 */
export async function writeCheckpoint(runFolder: string, checkpoint: Checkpoint): Promise<string> {
  const folder = checkpointFolder(runFolder, checkpointName(checkpoint.position));
  const model = {
    format: 'layers-model',
    generatedBy: 'Convscope',
    convertedBy: null,
    modelTopology: checkpoint.topology,
    weightsManifest: [{ paths: [files.weights], weights: checkpoint.weights.map(entryOf) }],
  };
  const training = { position: checkpoint.position, optimizer: checkpoint.optimizer.map(entryOf) };
  await writeFolderWhole(folder, {
    [files.model]: JSON.stringify(model),
    [files.weights]: joined(checkpoint.weights),
    [files.training]: JSON.stringify(training),
    [files.optimizer]: joined(checkpoint.optimizer),
  });
  return folder;
}

/** `step-000000938` at the end of an epoch, `step-000001000-inside-epoch` between. */
export function checkpointName({ step, batch }: Pick<TrainingPosition, 'step' | 'batch'>): string {
  return `step-${String(step).padStart(9, '0')}${batch > 0 ? '-inside-epoch' : ''}`;
}

/** The folder of a checkpoint with this name. */
export function checkpointFolder(runFolder: string, name: string): string {
  return path.join(runFolder, runFiles.checkpoints, name);
}

/** The step in a checkpoint's name. */
export function checkpointStep(folder: string): number {
  return Number(/^step-(\d+)/.exec(path.basename(folder))?.[1]);
}

/** Folders of a run's checkpoints, oldest first. */
export async function listCheckpoints(runFolder: string): Promise<readonly string[]> {
  const parent = path.join(runFolder, runFiles.checkpoints);
  const names = await readdir(parent).catch((cause: unknown) => {
    throw new Refusal(`${runFolder} has no folder ${runFiles.checkpoints}; it is no run.`, { cause });
  });
  return names
    .filter((name) => !name.startsWith(asidePrefix))
    .sort()
    .map((name) => path.join(parent, name));
}

/** Does nothing where there is none. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const model = await readJsonFile(path.join(folder, files.model), modelFile);
  const training = await readJsonFile(path.join(folder, files.training), trainingFile);
  const manifest = model.weightsManifest[0];
  return {
    topology: model.modelTopology,
    weights: await readTensors(path.join(folder, files.weights), manifest?.weights ?? []),
    optimizer: await readTensors(path.join(folder, files.optimizer), training.optimizer),
    position: training.position,
  };
}

type TensorEntry = z.infer<typeof tensorEntry>;

function entryOf({ name, shape }: NamedTensor): TensorEntry {
  return { name, shape: [...shape], dtype: 'float32' };
}

function joined(tensors: readonly NamedTensor[]): Uint8Array {
  return Buffer.concat(
    tensors.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
}

async function readTensors(file: string, entries: readonly TensorEntry[]): Promise<readonly NamedTensor[]> {
  const bytes = await readFile(file);
  const sizes = entries.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  const expected = 4 * sizes.reduce((sum, size) => sum + size, 0);
  if (bytes.length !== expected) {
    throw new Refusal(`${file} is damaged: it holds ${bytes.length} bytes where ${expected} are due.`);
  }
  // A copy, since a buffer of the pool need not begin at a multiple of four.
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  let start = 0;
  return entries.map(({ name, shape }, index) => {
    const size = sizes[index] as number;
    start += size;
    return { name, shape, values: values.slice(start - size, start) };
  });
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { Refusal } from '#shared/errors';
import { describeIssue, modelSpec, recipe, type ModelSpec, type Recipe } from '#shared/spec';
import { presets } from '../lab/model/presets';
import { runFiles } from '../lab/runs/run-folder';

export type WantedEngine = 'auto' | 'tensorflow' | 'wasm';

/** Parses an option that counts something. */
export function wholeNumber(lowest: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < lowest || text.trim() === '') {
      throw new InvalidArgumentError(`It must be a whole number of at least ${lowest}.`);
    }
    return value;
  };
}

export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 0.9)) {
    throw new InvalidArgumentError('It must be a number from 0 to 0.9.');
  }
  return value;
}

export function rate(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** Whether a path is a run's folder, and not a model's. */
export function isRun(folder: string): boolean {
  return existsSync(path.join(folder, runFiles.spec));
}

export function isPreset(name: string): boolean {
  return presets.some(({ id }) => id === name);
}

/** A preset's name, or a JSON file that holds a model spec. */
export async function modelOf(name: string): Promise<ModelSpec> {
  const preset = presets.find(({ id }) => id === name);
  if (preset !== undefined) return preset.spec;
  if (!name.endsWith('.json')) {
    const known = presets.map(({ id }) => id).join(', ');
    throw new Refusal(
      `There is no model ${name}; name one of ${known}, a .json file with a model spec, or a model's file or folder.`,
    );
  }
  const text = await readFile(name, 'utf8').catch((cause: unknown) => {
    throw new Refusal(`The model spec ${name} cannot be read: check that the file exists.`, { cause });
  });
  return parseSpec(text, name);
}

function parseSpec(text: string, name: string): ModelSpec {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Refusal(`The model spec ${name} is no JSON.`, { cause });
  }
  const parsed = modelSpec.safeParse(content);
  if (!parsed.success)
    throw new Refusal(`The model spec ${name} is wrong at ${describeIssue(parsed.error)}.`);
  return parsed.data;
}

/** Checks a recipe made of options. */
export function recipeOf(parts: unknown): Recipe {
  const parsed = recipe.safeParse(parts);
  if (!parsed.success) throw new Refusal(`These options make no recipe: ${describeIssue(parsed.error)}.`);
  return parsed.data;
}

import { z } from 'zod';
import { Refusal } from '#shared/errors';
import type { ModelFiles } from './files';
import { parseJson } from './json';

/** Files in which classes are named, as they are commonly called; `metadata.json` is Teachable Machine's. */
const candidates = [
  'metadata.json',
  'labels.json',
  'classes.json',
  'class_names.json',
  'labels.txt',
  'classes.txt',
];
const largestList = 1024 * 1024;

const name = z.string().min(1).max(200);
const list = z.array(name).min(1).max(10_000);
const written = z.union([
  list,
  z.looseObject({ labels: list }).transform(({ labels }) => labels),
  z.looseObject({ classes: list }).transform(({ classes }) => classes),
]);

/** Names of classes from a text or JSON file beside a model; `null` where there is none that can be read. */
export async function classNamesBeside(files: ModelFiles): Promise<readonly string[] | null> {
  for (const candidate of candidates) {
    const names = await namesIn(files, candidate).catch(passOver);
    if (names !== null) return names;
  }
  return null;
}

async function namesIn(files: ModelFiles, path: string): Promise<readonly string[] | null> {
  const size = await files.size(path);
  if (size === null || size > largestList) return null;
  const text = new TextDecoder().decode(await files.read(path, largestList));
  if (path.endsWith('.json')) return written.safeParse(parseJson(text, path)).data ?? null;
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return list.safeParse(lines.filter((line) => line !== '')).data ?? null;
}

function passOver(thrown: unknown): null {
  if (thrown instanceof Refusal) return null;
  throw thrown;
}

import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { Refusal } from '#shared/errors';
import { describeIssue } from '#shared/spec';

/** Reads a JSON file and checks it. Refuses one that is damaged; what the disk says is passed on. */
export async function readJsonFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, 'utf8');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Refusal(`${file} is damaged: it is no JSON.`, { cause });
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw new Refusal(`${file} is damaged: ${describeIssue(parsed.error)}.`);
  return parsed.data;
}

import type { z } from 'zod';
import { Refusal } from '#shared/errors';
import type { ModelFiles } from './files';

/** A description of layers is text; one larger than this is none. */
export const largestJson = 64 * 1024 * 1024;

/**
 * Reads JSON text of a file. Throws a `Refusal` that names it.
 * @param place the file and what of it, as in `model.keras: config.json`
 */
export function parseJson(text: string | Uint8Array, place: string): unknown {
  try {
    return JSON.parse(
      typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text),
    );
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.slice(0, 120) : 'unreadable';
    // It quotes the file, in which there may be anything.
    const fault = said.replace(/\p{Cc}/gu, '·');
    throw new Refusal(`${place} is no JSON: ${fault}.`, { cause });
  }
}

/** Checks what a file says against a schema. Throws a `Refusal` that names the place. */
export function checkJson<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new Refusal(`${place} is wrong${at}: ${issue?.message ?? 'unreadable'}.`);
}

/** Whether a file begins as a JSON object does and has these words somewhere, be it whole or broken. */
export async function holdsWords(
  files: ModelFiles,
  path: string,
  words: readonly string[],
): Promise<boolean> {
  if (!beginsAsJson(await files.head(path, 64))) return false;
  if (((await files.size(path)) ?? 0) > largestJson) return false;
  const text = new TextDecoder().decode(await files.read(path, largestJson));
  return words.every((word) => text.includes(word));
}

/** Whether a file begins as a JSON object does. */
export function beginsAsJson(head: Uint8Array): boolean {
  return /^\uFEFF?\s*\{/.test(new TextDecoder().decode(head));
}

/** A model's spec as a JSON file: what `convscope train --model FILE.json` reads. */
import { describeIssue, modelSpec, type ModelSpec } from '#shared/spec';
import { Refusal } from '#shared/errors';

/** Far more than 200 layers need. */
const largest = 1_000_000;

export function specText(spec: ModelSpec): string {
  return `${JSON.stringify(spec, null, 2)}\n`;
}

/** Throws a `Refusal` that names the file and what is wrong in it. */
export async function readSpec(file: File): Promise<ModelSpec> {
  if (file.size > largest) {
    throw new Refusal(`${file.name} is larger than a model spec can be; choose a JSON file of at most 1 MB.`);
  }
  const parsed = modelSpec.safeParse(contentOf(file.name, await file.text()));
  if (parsed.success) return parsed.data;
  throw new Refusal(`${file.name} is no model spec: ${describeIssue(parsed.error)}.`);
}

function contentOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(`${name} is no JSON; export a model to see how one is written.`, { cause });
  }
}

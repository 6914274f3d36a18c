import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Refusal } from '#shared/errors';
import { describeIssue } from '#shared/spec';
import { defaultRunsFolder } from './runs/runs-folder';

const processOptions = z.strictObject({
  engine: z.enum(['auto', 'tensorflow', 'wasm']),
  runs: z.string().min(1).optional(),
});

/** Reads `--engine auto|tensorflow|wasm [--runs FOLDER]`. Throws a `Refusal` on anything else. */
export function readProcessOptions(args: readonly string[]): {
  readonly engine: 'auto' | 'tensorflow' | 'wasm';
  readonly runsFolder: string;
} {
  const { values } = parseArgs({
    args: [...args],
    options: { engine: { type: 'string' }, runs: { type: 'string' } },
    strict: false,
  });
  const checked = processOptions.safeParse(values);
  if (!checked.success)
    throw new Refusal(`The lab's process was started wrongly: ${describeIssue(checked.error)}.`);
  return { engine: checked.data.engine, runsFolder: checked.data.runs ?? defaultRunsFolder() };
}

import { parseArgs } from 'node:util';

/** Reads `--engine auto|tensorflow|wasm` and `--runs FOLDER`; what the lab cannot use, its process refuses. */
export function readArguments(args: readonly string[]): {
  readonly engine: string;
  readonly runsFolder: string | null;
} {
  // Electron and Chromium have arguments of their own.
  const { values } = parseArgs({
    args: [...args],
    options: { engine: { type: 'string' }, runs: { type: 'string' } },
    strict: false,
  });
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { engine: text(values['engine']) ?? 'auto', runsFolder: text(values['runs']) };
}

import { parseArgs } from 'node:util';

/** Reads `--engine auto|tensorflow|wasm`, `--runs FOLDER` and the model to open; what the lab cannot use, its process refuses. */
export function readArguments(args: readonly string[]): {
  readonly engine: string;
  readonly runsFolder: string | null;
  /** As a file manager or a person names it. */
  readonly model: string | null;
} {
  // Electron and Chromium have arguments of their own.
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { engine: { type: 'string' }, runs: { type: 'string' } },
    allowPositionals: true,
    strict: false,
  });
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    engine: text(values['engine']) ?? 'auto',
    runsFolder: text(values['runs']),
    model: positionals[0] ?? null,
  };
}

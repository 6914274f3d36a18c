import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import { pythonEnvironment } from './python-environment';

const run = promisify(execFile);
const mostOutput = 256 * 1024 * 1024;

/** Runs a Python file with arguments and reads the JSON that it prints. */
export type RunPython = (file: string, ...args: readonly string[]) => Promise<unknown>;

/**
 * A `describe` for tests against programs from the Python Package Index, which the first of them installs in the project's
 * cache folder. Where there is no Python or no network they are skipped and their names say why; in CI they fail.
 * @param program as the reason names it: `NumPy`
 * @param requirements what is installed, with versions
 */
export async function describeWithPython(
  name: string,
  { program, requirements }: { readonly program: string; readonly requirements: string },
  tests: (python: RunPython) => void,
): Promise<void> {
  try {
    const python = await pythonEnvironment(program.toLowerCase(), requirements, true);
    describe(name, () => {
      tests(async (...args) => {
        const { stdout } = await run(python, args, { maxBuffer: mostOutput });
        return JSON.parse(stdout) as unknown;
      });
    });
  } catch (thrown) {
    if (process.env['CI'] !== undefined) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    describe.skip(`${name} [skipped: no ${program}, ${reason}]`, () => {
      tests(() => Promise.reject(new Error(reason)));
    });
  }
}

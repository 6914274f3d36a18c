import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { complaintOf, onPath, run } from '../electron/setup/commands.mjs';
import { cacheFolder } from '../electron/setup/engine/cache.mjs';

/**
 * A Python environment with what a requirements file pins, made once in the project's cache folder. Throws with a
 * sentence where there is no Python or no package index.
 * @param name begins the environment's folder name
 * @param quiet keeps pip from printing
 * @returns the environment's Python
 */
export async function pythonEnvironment(name: string, requirements: string, quiet: boolean): Promise<string> {
  const pinned = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const environment = path.join(cacheFolder(), `${name}-${pinned}`);
  const python = path.join(
    environment,
    ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
  );
  const done = path.join(environment, 'installed');
  if (existsSync(done)) return python;
  const system = onPath(['python3', 'python'], process.env);
  if (system === null) throw new Error('Python 3 is not installed');
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(path.dirname(environment), { recursive: true });
  await must(system, ['-m', 'venv', environment], quiet);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--retries', '1'];
  await must(python, [...pip, '--only-binary=:all:', '--requirement', requirements], quiet);
  writeFileSync(done, '');
  return python;
}

async function must(program: string, args: readonly string[], quiet: boolean): Promise<void> {
  const { ok, errors } = await run(program, args, { quiet });
  if (!ok) throw new Error(complaintOf(errors));
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { complaintOf, run } from './commands.mjs';
import { cacheFolder, isRecent, readFindings, rememberFailure } from './engine/cache.mjs';
import { Unavailable } from './engine/unavailable.mjs';
import { say } from './project.mjs';

/**
 * Where windows can open.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/**
 * Electron's program, or `null` where it has not been fetched. Its package says where in `path.txt`.
 * @param {string} project
 */
export function electronProgram(project) {
  const folder = path.join(project, 'node_modules', 'electron');
  const named = path.join(folder, 'path.txt');
  if (!existsSync(named)) return null;
  const program = path.join(folder, 'dist', readFileSync(named, 'utf8').trim());
  return existsSync(program) ? program : null;
}

/**
 * Fetches Electron's program with its package's own, hash-checked download, which no install script of npm runs any
 * more. A failure is remembered and not tried again for an hour. Throws `Unavailable`.
 * @param {string} project
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>}
 */
export async function fetchElectron(project, env = process.env) {
  const present = electronProgram(project);
  if (present !== null) return present;
  const known = readFindings(cacheFolder(env)).failures['electron'];
  if (known !== undefined && isRecent(known)) throw new Unavailable(known.reason, known.remedy);
  say('Fetching Electron.');
  const script = path.join(project, 'node_modules', 'electron', 'install.js');
  const ended = await run(process.execPath, [script], { cwd: project, env, quiet: true });
  const program = electronProgram(project);
  if (program !== null) return program;
  const unavailable = new Unavailable(
    `Electron could not be fetched: ${complaintOf(ended.errors)}`,
    'npx install-electron',
  );
  rememberFailure(cacheFolder(env), 'electron', unavailable);
  throw unavailable;
}

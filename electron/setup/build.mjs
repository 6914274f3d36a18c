import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './commands.mjs';
import { say } from './project.mjs';

/** What the build is made of. */
const sources = [
  'electron',
  'renderer',
  'shared',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];

/** @param {string} project */
const stampOf = (project) => path.join(project, 'out', 'built');

/**
 * Whether out/ was built whole after the last change of a source.
 * @param {string} project
 */
export function isBuilt(project) {
  const stamp = statSync(stampOf(project), { throwIfNoEntry: false });
  return stamp !== undefined && sources.every((name) => newest(path.join(project, name)) <= stamp.mtimeMs);
}

/**
 * @param {string} project
 * @returns {Promise<void>}
 */
export async function build(project) {
  say('Building.');
  const stamp = stampOf(project);
  rmSync(stamp, { force: true });
  // A source that is changed while the build runs is newer than the build.
  const started = new Date();
  const program = path.join(project, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const ended = await run(process.execPath, [program, 'build', '--logLevel', 'warn'], { cwd: project });
  if (!ended.ok) throw new Error(`the build failed (${ended.how}); what it said stands above.`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, started, started);
}

/**
 * The latest change under a path, in milliseconds since 1970. A folder's own date tells of files that went away.
 * @param {string} at
 * @returns {number}
 */
function newest(at) {
  const own = statSync(at, { throwIfNoEntry: false });
  if (own === undefined) return 0;
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(at).map((name) => newest(path.join(at, name))));
}

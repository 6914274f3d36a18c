import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { readJsonIfAny } from '../project.mjs';

/**
 * Where things are kept that are big, made once and shared by every copy of the project.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  // The XDG specification has relative paths ignored.
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'convscope');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'convscope');
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'convscope');
  }
  return path.join(home, '.cache', 'convscope');
}

/**
 * Why an engine could not be installed.
 * @typedef {object} Failure
 * @property {string} reason a sentence
 * @property {string | null} remedy a command or step that mends it
 * @property {'missing tool' | 'failed attempt'} kind whether looking again is cheap
 * @property {string} at when, ISO 8601
 */

/**
 * What set-up found out, for the next set-up and for `doctor`.
 * @typedef {object} Findings
 * @property {Readonly<Record<string, Failure>>} failures by recipe, and `electron`
 * @property {Readonly<Record<string, { readonly bytes: number, readonly modified: number }>>} accepted addons, by their
 *   place, that were installed by other means and load
 */

/** @param {string} cache */
const findingsFile = (cache) => path.join(cache, 'set-up.json');

/**
 * @param {string} cache
 * @returns {Findings}
 */
export function readFindings(cache) {
  return { failures: {}, accepted: {}, ...readJsonIfAny(findingsFile(cache)) };
}

/**
 * @param {string} cache
 * @param {Findings} findings
 */
export function writeFindings(cache, findings) {
  mkdirSync(cache, { recursive: true });
  const aside = `${findingsFile(cache)}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(findings, null, 2)}\n`);
  renameSync(aside, findingsFile(cache));
}

/** A failed attempt is left alone for this long, so that a machine without network starts quickly. */
const patienceMilliseconds = 60 * 60 * 1000;

/** @param {Failure} failure */
export function isRecent({ at }) {
  return Date.now() - Date.parse(at) < patienceMilliseconds;
}

/**
 * @param {string} cache
 * @param {string} recipe
 * @param {import('./unavailable.mjs').Unavailable} unavailable
 */
export function rememberFailure(cache, recipe, { message, remedy, kind }) {
  const findings = readFindings(cache);
  const failure = { reason: message, remedy, kind, at: new Date().toISOString() };
  writeFindings(cache, { ...findings, failures: { ...findings.failures, [recipe]: failure } });
}

/**
 * @param {string} cache
 * @param {string} recipe
 */
export function forgetFailure(cache, recipe) {
  const findings = readFindings(cache);
  if (!(recipe in findings.failures)) return;
  const failures = Object.fromEntries(Object.entries(findings.failures).filter(([name]) => name !== recipe));
  writeFindings(cache, { ...findings, failures });
}

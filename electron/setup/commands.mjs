import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** How much of what a command wrote to standard error is kept to say why it failed. */
const keptCharacters = 4000;

/**
 * The first of these programs on the PATH, or `null`. Looks at files only: it runs nothing.
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} env
 */
export function onPath(names, env) {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter(Boolean);
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const name of names) {
    for (const folder of folders) {
      const found = endings.map((ending) => path.join(folder, name + ending)).find(isProgram);
      if (found !== undefined) return found;
    }
  }
  return null;
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not ours to run: the search goes on.
    return false;
  }
}

/**
 * @typedef {object} Ended
 * @property {boolean} ok
 * @property {string} how `exit code 1`, `signal SIGILL`, or why it could not be started
 * @property {string} errors the end of what it wrote to standard error
 */

/**
 * Runs a program. What it prints goes to standard error, live.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, shell?: boolean }} [options] `quiet` keeps it from printing
 * @returns {Promise<Ended>}
 */
export function run(program, args, { quiet = false, ...options } = {}) {
  return new Promise((resolve) => {
    // Standard output stays a terminal where it is one, for progress bars.
    const child = spawn(program, args, { ...options, stdio: ['ignore', quiet ? 'ignore' : 2, 'pipe'] });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      if (!quiet) process.stderr.write(text);
      errors = (errors + text).slice(-keptCharacters);
    });
    child.on('error', (error) => resolve({ ok: false, how: error.message, errors }));
    child.on('close', (code, signal) => {
      resolve({ ok: code === 0, how: signal === null ? `exit code ${code}` : `signal ${signal}`, errors });
    });
  });
}

/**
 * The line of a program's complaints that says most, the last that speaks of an error or else the last, as the end of a
 * sentence.
 * @param {string} errors
 */
export function complaintOf(errors) {
  const lines = errors
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const line = lines.findLast((each) => /\berror\b/i.test(each)) ?? lines.at(-1) ?? 'it said nothing';
  return line.replace(/^ERROR: /, '').replace(/[.:]?$/, '.');
}

import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Goes on as the built terminal program, in this very process: its exit code, signals and terminal are then its own.
 * @param {string} project
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
export async function runBuilt(project, args) {
  const program = path.join(project, 'out', 'main', 'cli.js');
  process.argv.splice(1, process.argv.length, program, ...args);
  await import(pathToFileURL(program).href);
}

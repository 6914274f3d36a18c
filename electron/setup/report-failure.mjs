import { say } from './project.mjs';

/**
 * Set-up could not make the project ready: says why, and ends with exit code 1.
 * @param {unknown} thrown
 * @returns {never}
 */
export function reportFailure(thrown) {
  say(`Convscope could not be set up: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exit(1);
}

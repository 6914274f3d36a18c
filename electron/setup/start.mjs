import './node-version.mjs';
import { spawn } from 'node:child_process';
import { electronProgram, fetchElectron, hasDisplay } from './electron-binary.mjs';
import { Unavailable } from './engine/unavailable.mjs';
import { prepare } from './prepare.mjs';
import { projectFolder, say } from './project.mjs';
import { reportFailure } from './report-failure.mjs';
import { runBuilt } from './run-built.mjs';

/** Electron that ends by a signal this soon could not open its window, for want of a sandbox or a graphics library. */
const startMilliseconds = 10_000;

// npm start: sets up what is missing and opens the laboratory, in a window where there is a display, else as a page.
await prepare(projectFolder).catch(reportFailure);
const args = process.argv.slice(2);
const obstacle = await openWindow();
if (obstacle !== null) {
  say(`${obstacle} The laboratory opens as a page for your browser.`);
  await runBuilt(projectFolder, ['serve', ...args]);
}

/**
 * Opens the laboratory in a window and ends as Electron ends.
 * @returns {Promise<string | null>} why no window opens here, as a sentence
 */
async function openWindow() {
  if (!hasDisplay()) return 'There is no display here.';
  try {
    return await runElectron(electronProgram(projectFolder) ?? (await fetchElectron(projectFolder)));
  } catch (thrown) {
    if (thrown instanceof Unavailable) return thrown.message;
    throw thrown;
  }
}

/**
 * @param {string} electron
 * @returns {Promise<string | null>}
 */
function runElectron(electron) {
  const started = performance.now();
  const child = spawn(electron, [projectFolder, ...args], { stdio: 'inherit' });
  // A terminal sends SIGINT to both; the rest reach only this process.
  process.on('SIGINT', () => undefined);
  const passOn = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
  process.on('SIGTERM', passOn).on('SIGHUP', passOn);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`Electron could not be started: ${error.message}.`));
    child.on('close', (code, signal) => {
      process.removeAllListeners('SIGINT').removeListener('SIGTERM', passOn).removeListener('SIGHUP', passOn);
      const crashed = signal !== null && !child.killed && performance.now() - started < startMilliseconds;
      if (crashed) return resolve(`Electron could not open a window (${signal}); what it said stands above.`);
      process.exitCode = code ?? 1;
      resolve(null);
    });
  });
}

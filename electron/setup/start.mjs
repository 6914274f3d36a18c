import './node-version.mjs';
import { spawn } from 'node:child_process';
import { electronProgram, fetchElectron, hasDisplay } from './electron-binary.mjs';
import { Unavailable } from './engine/unavailable.mjs';
import { prepare } from './prepare.mjs';
import { projectFolder, say } from './project.mjs';
import { reportFailure } from './report-failure.mjs';
import { runBuilt } from './run-built.mjs';

// npm start: sets up what is missing and opens the laboratory, in a window where there is a display, else as a page.
await prepare(projectFolder).catch(reportFailure);
const args = process.argv.slice(2);
const program = await windowProgram();
if (program === null) await runBuilt(projectFolder, ['serve', ...args]);
else openWindow(program);

/** Electron's program, or `null` once it has been said why there is none. */
async function windowProgram() {
  if (!hasDisplay()) {
    say('There is no display here, so the laboratory opens as a page for your browser.');
    return null;
  }
  try {
    return electronProgram(projectFolder) ?? (await fetchElectron(projectFolder));
  } catch (thrown) {
    if (!(thrown instanceof Unavailable)) throw thrown;
    say(`${thrown.message} The laboratory opens as a page for your browser instead.`);
    return null;
  }
}

/** @param {string} electron */
function openWindow(electron) {
  const child = spawn(electron, [projectFolder, ...args], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // A terminal sends SIGINT to both; the rest reach only this process.
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  child.on('error', reportFailure);
  child.on('close', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

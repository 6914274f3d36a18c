import { existsSync } from 'node:fs';
import path from 'node:path';
import { onPath, run } from '../../electron/setup/commands.mjs';

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];

/** Where installers put it on systems that have no PATH worth the name. */
const places = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    return folder === undefined ? [] : [path.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')];
  }),
};

/**
 * A browser for the end-to-end tests: the one that CONVSCOPE_BROWSER names, an installed Chrome or Chromium, Playwright's
 * own download, or Debian's package where this process may install one.
 * @param {string} project
 * @returns {Promise<string>} its program
 */
export async function findBrowser(project) {
  const named = process.env['CONVSCOPE_BROWSER'];
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`CONVSCOPE_BROWSER names ${named}, which is not there.`);
    return named;
  }
  return installedBrowser() ?? (await downloadedBrowser(project)) ?? (await packagedBrowser()) ?? nothing();
}

function installedBrowser() {
  const platform = /** @type {keyof typeof places} */ (process.platform);
  return onPath(names, process.env) ?? (places[platform] ?? []).find(existsSync) ?? null;
}

/**
 * Playwright keeps it in a cache of its own and fetches nothing twice.
 * @param {string} project
 */
async function downloadedBrowser(project) {
  const { chromium } = await import('@playwright/test');
  if (!existsSync(chromium.executablePath())) {
    const program = path.join(project, 'node_modules', '@playwright', 'test', 'cli.js');
    const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' };
    await run(process.execPath, [program, 'install', 'chromium'], { cwd: project, env });
  }
  if (!existsSync(chromium.executablePath())) return null;
  // The download brings no system libraries; without them it does not start.
  const started = await run(chromium.executablePath(), ['--version'], { quiet: true });
  return started.ok ? chromium.executablePath() : null;
}

async function packagedBrowser() {
  if (process.getuid?.() !== 0 || onPath(['apt-get'], process.env) === null) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], { env });
  return onPath(names, process.env);
}

/** @returns {never} */
function nothing() {
  throw new Error(
    'There is no browser for the end-to-end tests: install Chrome or Chromium, or name one in CONVSCOPE_BROWSER.',
  );
}

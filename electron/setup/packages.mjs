import path from 'node:path';
import { run } from './commands.mjs';
import { readJsonIfAny, say } from './project.mjs';

/**
 * Whether node_modules holds what package-lock.json names. Compares contents, not dates: a checkout touches files
 * without changing them.
 * @param {string} project
 */
export function packagesAreInstalled(project) {
  const locked = readJsonIfAny(path.join(project, 'package-lock.json'))?.packages ?? {};
  // npm's own record of what it installed.
  const installed = readJsonIfAny(path.join(project, 'node_modules', '.package-lock.json'))?.packages;
  if (installed === undefined) return false;
  const missing = Object.entries(locked).some(
    ([folder, { version, optional }]) =>
      folder !== '' &&
      installed[folder]?.version !== version &&
      !(optional && installed[folder] === undefined),
  );
  return !missing && Object.keys(installed).every((folder) => folder in locked);
}

/**
 * @param {string} project
 * @returns {Promise<void>}
 */
export async function installPackages(project) {
  say('Installing the packages that package-lock.json names (npm ci).');
  // Its warnings are about the packages of others.
  const quietly = ['ci', '--loglevel', 'error'];
  // Under npm its own script is known, which spares a search for npm.cmd on Windows.
  const npm = process.env['npm_execpath'];
  const ended =
    npm === undefined
      ? await run('npm', quietly, { cwd: project, shell: process.platform === 'win32' })
      : await run(process.execPath, [npm, ...quietly], { cwd: project });
  if (!ended.ok) throw new Error(`npm ci failed (${ended.how}); what it said stands above.`);
}

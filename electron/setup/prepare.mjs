import path from 'node:path';
import { build, isBuilt } from './build.mjs';
import { cacheFolder } from './engine/cache.mjs';
import { installEngine } from './engine/install.mjs';
import { withLock } from './lock.mjs';
import { installPackages, packagesAreInstalled } from './packages.mjs';

/**
 * Makes a project ready to run: its packages, the TensorFlow engine and the build, each only where it is missing or out
 * of date. Says what it does on standard error, and nothing when there is nothing to do.
 * @param {string} project
 * @param {{ again?: boolean, built?: boolean }} [options] `again` retries what failed lately; `built: false` leaves out
 *   the build
 * @returns {Promise<void>}
 */
export async function prepare(project, { again = false, built = true } = {}) {
  const lock = path.join(cacheFolder(), 'project.lock');
  if (!packagesAreInstalled(project)) {
    await withLock(lock, async () => {
      if (!packagesAreInstalled(project)) await installPackages(project);
    });
  }
  await installEngine(project, { again });
  if (built && !isBuilt(project)) {
    await withLock(lock, async () => {
      if (!isBuilt(project)) await build(project);
    });
  }
}

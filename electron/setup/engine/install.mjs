import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { complaintOf, run } from '../commands.mjs';
import { withLock } from '../lock.mjs';
import { say } from '../project.mjs';
import { addonOf, addonPlace, compileAddon, loadingProblem } from './addon.mjs';
import {
  cacheFolder,
  forgetFailure,
  isRecent,
  readFindings,
  rememberFailure,
  writeFindings,
} from './cache.mjs';
import { recipesFor, thisMachine } from './recipes.mjs';
import { findTools } from './tools.mjs';
import { tryAgain, Unavailable } from './unavailable.mjs';
import { fetchWheel, pinnedWheels } from './wheels.mjs';

/**
 * Installs TensorFlow for tfjs-node where it is missing: pip fetches the pinned wheel, the two libraries are unpacked
 * into the cache folder, and tfjs-node's own addon is compiled against them. An addon that was installed by other means
 * and loads is left as it is. What cannot be installed is said, remembered for `doctor`, and no error: WebAssembly
 * serves instead.
 *
 * `CONVSCOPE_ENGINE=wasm` in the environment switches it off; nothing is fetched then.
 *
 * Every stage is made beside its place and renamed, so that a kill at any moment leaves nothing that looks whole.
 */

/**
 * @typedef {object} Place
 * @property {string} project
 * @property {string} cache
 * @property {import('./recipes.mjs').Machine} machine
 * @property {Wheels} wheels
 * @property {NodeJS.ProcessEnv} env
 */

/** @typedef {import('./wheels.mjs').Wheels} Wheels */

/**
 * @param {string} project
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {import('./recipes.mjs').Machine} [options.machine]
 * @param {Wheels} [options.wheels]
 * @param {boolean} [options.again] retries what failed lately
 * @returns {Promise<void>}
 */
export async function installEngine(
  project,
  { env = process.env, machine = thisMachine(env), wheels = pinnedWheels(), again = false } = {},
) {
  if (env['CONVSCOPE_ENGINE'] === 'wasm') return;
  const place = { project, cache: cacheFolder(env), machine, wheels, env };
  if (again) writeFindings(place.cache, { failures: {}, accepted: {} });
  if (await isSettled(place)) return;
  await withLock(path.join(place.cache, 'set-up.lock'), async () => {
    // Whoever held the lock before may have done it all.
    if (await isSettled(place)) return;
    if (await acceptForeignAddon(place)) return;
    await installBest(place);
  });
}

/**
 * Whether nothing is to be done. Puts the addon back where npm has thrown it away.
 * @param {Place} place
 */
async function isSettled(place) {
  const { failures, accepted } = readFindings(place.cache);
  if (isSameFile(addonPlace(place.project), accepted[addonPlace(place.project)])) return true;
  for (const recipe of recipesFor(place.machine)) {
    if (isInstalled(place, recipe)) {
      putAddon(place, recipe);
      return true;
    }
    const failure = failures[recipe];
    if (failure === undefined || isWorthAnotherTry(place, failure)) return false;
  }
  return true;
}

/**
 * @param {Place} place
 * @param {import('./cache.mjs').Failure} failure
 */
function isWorthAnotherTry({ env }, failure) {
  if (failure.kind === 'failed attempt') return !isRecent(failure);
  try {
    findTools(env);
    return true;
  } catch (thrown) {
    if (thrown instanceof Unavailable) return thrown.message !== failure.reason;
    throw thrown;
  }
}

/** @param {Place} place */
async function installBest(place) {
  for (const recipe of recipesFor(place.machine)) {
    try {
      if (!isInstalled(place, recipe)) await install(place, recipe);
      putAddon(place, recipe);
      forgetFailure(place.cache, recipe);
      return;
    } catch (thrown) {
      if (!(thrown instanceof Unavailable)) throw thrown;
      const mend = thrown.remedy === null ? '' : ` To mend it: ${thrown.remedy}`;
      say(`TensorFlow cannot be installed: ${thrown.message}${mend}`);
      rememberFailure(place.cache, recipe, thrown);
    }
  }
  say('Convscope goes on with WebAssembly, which is slower.');
}

/**
 * @param {Place} place
 * @param {string} recipe
 */
async function install(place, recipe) {
  if (recipe === 'win32-x64') return installStock(place);
  const { project, cache, env } = place;
  const { python, compiler } = findTools(env);
  const engine = engineFolder(place, recipe);
  if (!existsSync(engine)) await unpackEngine(place, recipe, engine, python);
  say('Compiling the addon that joins Node and TensorFlow (about 20 seconds).');
  await compileAddon(project, engine, compiler, env);
  const problem = await loadingProblem(addonOf(project, engine), env);
  if (problem !== null) {
    // Its presence is what says that an engine is installed.
    rmSync(addonOf(project, engine));
    throw new Unavailable(`TensorFlow was installed, but ${problem}`, null);
  }
  for (const { file } of place.wheels[recipe] ?? [])
    rmSync(path.join(cache, 'wheels', file), { force: true });
  say('TensorFlow is installed.');
}

/**
 * @param {Place} place
 * @param {string} recipe
 * @param {string} engine
 * @param {string} python
 */
async function unpackEngine({ cache, wheels, env }, recipe, engine, python) {
  const files = [];
  for (const wheel of wheels[recipe] ?? []) {
    files.push(await fetchWheel(wheel, path.join(cache, 'wheels'), python, env));
  }
  say('Unpacking TensorFlow.');
  const aside = `${engine}.part`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const ended = await run(python, [path.join(import.meta.dirname, 'unpack.py'), aside, ...files], { env });
  if (!ended.ok) {
    throw new Unavailable(
      `TensorFlow could not be unpacked to ${cache}: ${complaintOf(ended.errors)}`,
      tryAgain,
    );
  }
  renameSync(aside, engine);
}

/**
 * Windows's wheel has no library to link against; tfjs-node's own install brings an older TensorFlow with an addon
 * ready-made.
 * @param {Place} place
 */
async function installStock(place) {
  const { project, env } = place;
  say("Running tfjs-node's own install, which fetches TensorFlow.");
  const folder = path.join(project, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  const ended = await run(process.execPath, ['scripts/install.js', 'gpu', 'download'], { cwd: folder, env });
  const problem = ended.ok ? await loadingProblem(addonPlace(project), env) : complaintOf(ended.errors);
  if (problem !== null) {
    throw new Unavailable(`tfjs-node's own install of TensorFlow failed: ${problem}`, tryAgain);
  }
  rememberAccepted(place);
}

/**
 * @param {Place} place
 * @param {string} recipe
 */
function isInstalled(place, recipe) {
  // Its addon lies in node_modules like a foreign one, and is accepted like one.
  if (recipe === 'win32-x64') return false;
  return existsSync(addonOf(place.project, engineFolder(place, recipe)));
}

/**
 * @param {Place} place
 * @param {string} recipe
 */
function putAddon(place, recipe) {
  if (recipe === 'win32-x64') return;
  const from = addonOf(place.project, engineFolder(place, recipe));
  const to = addonPlace(place.project);
  if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) return;
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, `${to}.part`);
  renameSync(`${to}.part`, to);
}

/** @param {Place} place */
async function acceptForeignAddon(place) {
  const addon = addonPlace(place.project);
  if (!existsSync(addon) || isOurs(place) || (await loadingProblem(addon, place.env)) !== null) return false;
  rememberAccepted(place);
  say('A TensorFlow that was installed by other means works; it is used as it is.');
  return true;
}

/** @param {Place} place */
function rememberAccepted({ project, cache }) {
  const addon = addonPlace(project);
  const { size, mtimeMs } = statSync(addon);
  const findings = readFindings(cache);
  const accepted = { ...findings.accepted, [addon]: { bytes: size, modified: mtimeMs } };
  writeFindings(cache, { ...findings, accepted });
}

/** @param {Place} place */
function isOurs(place) {
  const addon = readFileSync(addonPlace(place.project));
  return recipesFor(place.machine)
    .filter((recipe) => isInstalled(place, recipe))
    .some((recipe) => readFileSync(addonOf(place.project, engineFolder(place, recipe))).equals(addon));
}

/**
 * @param {string} file
 * @param {{ readonly bytes: number, readonly modified: number } | undefined} known
 */
function isSameFile(file, known) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.size === known?.bytes && found.mtimeMs === known.modified;
}

/**
 * Named after its wheels, so that others make another engine.
 * @param {Place} place
 * @param {string} recipe
 */
function engineFolder({ cache, wheels }, recipe) {
  const own = wheels[recipe] ?? [];
  const hash = createHash('sha256').update(own.map(({ sha256 }) => sha256).join());
  return path.join(cache, `tensorflow-${own[0]?.version}-${recipe}-${hash.digest('hex').slice(0, 8)}`);
}

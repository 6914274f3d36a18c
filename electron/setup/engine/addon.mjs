import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaintOf, run } from '../commands.mjs';
import { tryAgain, Unavailable } from './unavailable.mjs';

/** Raised when the commands below change, so that old addons are made anew. */
const recipeVersion = 1;

const loaderSource = fileURLToPath(new URL('load_quietly.cc', import.meta.url));

/** @param {string} project */
const packageOf = (project) => path.join(project, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/**
 * Where tfjs-node looks for its addon (`binary` in its package.json; every Node since 18 speaks version 8 of Node-API).
 * @param {string} project
 */
export const addonPlace = (project) => path.join(packageOf(project), 'lib', 'napi-v8', 'tfjs_binding.node');

/**
 * Where an engine keeps the addon for the installed tfjs-node. Named after its sources: another version makes another.
 * @param {string} project
 * @param {string} engine
 */
export function addonOf(project, engine) {
  const hash = createHash('sha256').update(String(recipeVersion));
  for (const file of [loaderSource, ...bindingSources(project)]) hash.update(readFileSync(file));
  return path.join(engine, `addon-${hash.digest('hex').slice(0, 8)}`, 'tfjs_binding.node');
}

/**
 * Compiles tfjs-node's addon against an engine's libraries, and the loader that stands before it. Each finds the next by
 * its absolute place, so that nothing has to be set in the environment of whoever loads it. Throws `Unavailable`.
 * @param {string} project
 * @param {string} engine
 * @param {string} compiler
 * @param {NodeJS.ProcessEnv} env
 */
export async function compileAddon(project, engine, compiler, env) {
  const loader = addonOf(project, engine);
  const binding = path.join(path.dirname(loader), 'tensorflow_binding.node');
  const headers = [path.join(project, 'node_modules', 'node-api-headers', 'include')];
  await compile(compiler, bindingArguments(project, engine, headers), binding, env);
  const loaderArguments = [
    ...sharedArguments(headers),
    `-DBINDING=${JSON.stringify(binding)}`,
    loaderSource,
    ...(process.platform === 'linux' ? ['-ldl'] : []),
  ];
  await compile(compiler, loaderArguments, loader, env);
}

/**
 * @param {string} compiler
 * @param {readonly string[]} args
 * @param {string} to
 * @param {NodeJS.ProcessEnv} env
 */
async function compile(compiler, args, to, env) {
  mkdirSync(path.dirname(to), { recursive: true });
  const aside = `${to}.part`;
  const ended = await run(compiler, [...args, '-o', aside], { env, quiet: true });
  if (!ended.ok) {
    const reason = `${path.basename(compiler)} could not compile the addon (${ended.how}): ${complaintOf(ended.errors)}`;
    throw new Unavailable(reason, tryAgain);
  }
  renameSync(aside, to);
}

/**
 * Whether Node can load an addon and the libraries behind it. Tried in a process of its own, for a library that asks
 * for more than the processor has ends the process.
 * @param {string} addon
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | null>} what is wrong, or `null`
 */
export async function loadingProblem(addon, env) {
  const quiet = { ...env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const ended = await run(process.execPath, ['--eval', `require(${JSON.stringify(addon)})`], {
    env: quiet,
    quiet: true,
  });
  if (ended.ok) return null;
  // TensorFlow ends the process itself where it finds that AVX is missing.
  if (['signal SIGILL', 'signal SIGABRT'].includes(ended.how))
    return 'this processor lacks instructions that TensorFlow was built for';
  return `it does not load (${ended.how}): ${complaintOf(ended.errors)}`;
}

/**
 * @param {string} project
 * @param {string} engine
 * @param {readonly string[]} headers
 */
function bindingArguments(project, engine, headers) {
  const libraries = path.join(engine, 'tensorflow');
  return [
    ...sharedArguments([
      ...headers,
      path.join(libraries, 'include'),
      path.join(packageOf(project), 'binding'),
    ]),
    ...bindingSources(project).filter((file) => file.endsWith('.cc')),
    ...readdirSync(libraries)
      .filter((name) => /^libtensorflow_(cc|framework)\./.test(name))
      .map((name) => path.join(libraries, name)),
    ...['-Xlinker', '-rpath', '-Xlinker', libraries],
  ];
}

/** @param {readonly string[]} headers */
function sharedArguments(headers) {
  return [
    ...['-O2', '-std=c++17', '-fPIC', '-DNAPI_VERSION=8'],
    // Node's own symbols are found when it loads the addon.
    ...(process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
    ...headers.flatMap((folder) => ['-I', folder]),
  ];
}

/** @param {string} project */
function bindingSources(project) {
  const folder = path.join(packageOf(project), 'binding');
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
}

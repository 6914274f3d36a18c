import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaintOf, run } from '../commands.mjs';
import { hasChecksum } from '../download.mjs';
import { say } from '../project.mjs';
import { remedyFor } from './tools.mjs';
import { tryAgain, Unavailable } from './unavailable.mjs';

/**
 * @typedef {object} Wheel
 * @property {string} package
 * @property {string} version
 * @property {string} file
 * @property {number} bytes
 * @property {string} sha256
 */

const here = path.dirname(fileURLToPath(import.meta.url));

/** @typedef {Readonly<Record<string, readonly Wheel[]>>} Wheels by recipe, TensorFlow's first */

/**
 * The wheels that were tried with this version of tfjs-node. Their sums are those that the Python Package Index publishes.
 * @returns {Wheels}
 */
export function pinnedWheels() {
  return JSON.parse(readFileSync(path.join(here, 'wheels.json'), 'utf8'));
}

/**
 * Fetches a wheel with pip, which knows of the person's mirrors and proxies, whatever Python and system pip runs on.
 * One that is there and whole is not fetched again. Throws `Unavailable`.
 * @param {Wheel} wheel
 * @param {string} folder
 * @param {string} python
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the file
 */
export async function fetchWheel(wheel, folder, python, env) {
  const file = path.join(folder, wheel.file);
  if (await hasChecksum(file, wheel)) return file;
  say(`Fetching ${wheel.package} ${wheel.version} (${Math.round(wheel.bytes / 1e6)} MB) with pip.`);
  const aside = path.join(folder, `${wheel.file}.part`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const requirements = path.join(aside, 'requirements.txt');
  writeFileSync(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const ended = await run(python, pipArguments(wheel, requirements, aside), { env });
  if (!ended.ok) throw unavailable(wheel, ended, env);
  const fetched = path.join(aside, wheel.file);
  if (!(await hasChecksum(fetched, wheel))) {
    throw new Unavailable(`pip brought another file than ${wheel.file}.`, tryAgain);
  }
  renameSync(fetched, file);
  rmSync(aside, { recursive: true });
  return file;
}

/**
 * @param {Wheel} wheel
 * @param {string} requirements
 * @param {string} to
 */
function pipArguments(wheel, requirements, to) {
  // name-version-python-abi-platforms.whl, platforms joined by dots (PEP 427).
  const platforms =
    wheel.file
      .replace(/\.whl$/, '')
      .split('-')
      .at(-1)
      ?.split('.') ?? [];
  return [
    ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes', '--no-input'],
    ...[
      '--disable-pip-version-check',
      '--retries',
      '2',
      '--implementation',
      'cp',
      '--python-version',
      '3.11',
    ],
    ...platforms.flatMap((platform) => ['--platform', platform]),
    ...['--dest', to, '--requirement', requirements],
  ];
}

/**
 * @param {Wheel} wheel
 * @param {import('../commands.mjs').Ended} ended
 * @param {NodeJS.ProcessEnv} env
 */
function unavailable(wheel, ended, env) {
  if (/No module named pip/.test(ended.errors)) {
    return new Unavailable(
      'Python 3 is installed without pip, which fetches TensorFlow.',
      remedyFor('python', env),
    );
  }
  const name = `${wheel.package} ${wheel.version}`;
  return new Unavailable(`pip could not fetch ${name}: ${complaintOf(ended.errors)}`, tryAgain);
}

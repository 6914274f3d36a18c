import { existsSync } from 'node:fs';
import { onPath } from '../commands.mjs';

/**
 * What decides which TensorFlow a machine can run.
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {boolean} glibc the wheels for Linux are built for the GNU C library
 * @property {boolean} nvidia an NVIDIA driver is installed
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Machine}
 */
export function thisMachine(env = process.env) {
  const { platform, arch } = process;
  return { platform, arch, glibc: platform === 'linux' && hasGlibc(), nvidia: hasNvidiaDriver(env) };
}

/**
 * The ways to install TensorFlow on a machine, best first. Each but `win32-x64`, which is tfjs-node's own install, has
 * its wheels in wheels.json.
 * @param {Machine} machine
 * @returns {readonly string[]}
 */
export function recipesFor({ platform, arch, glibc, nvidia }) {
  if (platform === 'win32' && arch === 'x64') return ['win32-x64'];
  if (platform === 'darwin' && arch === 'arm64') return ['darwin-arm64'];
  if (platform === 'linux' && glibc && arch === 'x64') {
    return nvidia ? ['linux-x64-cuda', 'linux-x64'] : ['linux-x64'];
  }
  if (platform === 'linux' && glibc && arch === 'arm64') return ['linux-arm64'];
  return [];
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {boolean}
 */
function hasNvidiaDriver(env) {
  return existsSync('/proc/driver/nvidia/version') || onPath(['nvidia-smi'], env) !== null;
}

function hasGlibc() {
  const report = /** @type {Report | undefined} */ (/** @type {unknown} */ (process.report));
  if (report === undefined) return false;
  // Otherwise it looks up the name of every connection's far end.
  report.excludeNetwork = true;
  return report.getReport().header.glibcVersionRuntime !== undefined;
}

/**
 * What Node's diagnostic report says of the C library; musl gives no version. Node's types know of neither.
 * @typedef {{ excludeNetwork: boolean, getReport(): { header: { glibcVersionRuntime?: string } } }} Report
 */

import { onPath } from '../commands.mjs';
import { Unavailable } from './unavailable.mjs';

/** What the package managers of the common systems call the tools, and how they install them. */
const managers = [
  { program: 'apt-get', install: 'sudo apt-get install -y', python: 'python3 python3-pip', compiler: 'g++' },
  { program: 'dnf', install: 'sudo dnf install -y', python: 'python3 python3-pip', compiler: 'gcc-c++' },
  {
    program: 'zypper',
    install: 'sudo zypper install -y',
    python: 'python3 python3-pip',
    compiler: 'gcc-c++',
  },
  { program: 'pacman', install: 'sudo pacman -S --noconfirm', python: 'python python-pip', compiler: 'gcc' },
];

/**
 * @typedef {object} Tools
 * @property {string} python Python 3
 * @property {string} compiler a C++ compiler
 */

/**
 * Finds what an engine is made with. Throws `Unavailable` for the first that is missing.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Tools}
 */
export function findTools(env) {
  const python = onPath(['python3', 'python'], env);
  if (python === null) {
    throw new Unavailable(
      'Python 3, whose pip fetches TensorFlow, is not installed.',
      remedyFor('python', env),
      'missing tool',
    );
  }
  const compiler = onPath([...(env['CXX'] ? [env['CXX']] : []), 'g++', 'c++', 'clang++'], env);
  if (compiler === null) {
    throw new Unavailable(
      'A C++ compiler, which joins Node and TensorFlow, is not installed.',
      remedyFor('compiler', env),
      'missing tool',
    );
  }
  return { python, compiler };
}

/**
 * @param {'python' | 'compiler'} tool
 * @param {NodeJS.ProcessEnv} env
 */
export function remedyFor(tool, env) {
  if (process.platform === 'darwin') return 'xcode-select --install';
  const manager = managers.find(({ program }) => onPath([program], env) !== null);
  if (manager !== undefined) return `${manager.install} ${manager[tool]}`;
  return tool === 'python' ? 'Install Python 3 with pip.' : 'Install g++ or clang++.';
}

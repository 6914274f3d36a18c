import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { onPath } from '../../../../../electron/setup/commands.mjs';
import type { Wheels } from '../../../../../electron/setup/engine/wheels.mjs';

const projectRoot = path.resolve(import.meta.dirname, '../../../../..');

/** The Python of this machine, which unpacks the wheels that the stand-in of pip brings. */
export const realPython = onPath(['python3'], process.env);

/** Any addon that Node can load, to stand for the one that a compiler makes. */
const addon = (() => {
  const folder = path.join(projectRoot, 'node_modules', '@msgpackr-extract');
  const [own] = existsSync(folder) ? readdirSync(folder) : [];
  const files = own === undefined ? [] : readdirSync(path.join(folder, own));
  const name = files.find((file) => /^node\.napi(\.glibc)?\.node$/.test(file));
  return own === undefined || name === undefined ? null : path.join(folder, own, name);
})();

/** Why these tests cannot run on this machine, or `null`. */
export const missing =
  process.platform === 'win32'
    ? 'the stand-ins are shell scripts'
    : realPython === null
      ? 'there is no python3'
      : addon === null
        ? 'there is no addon to stand for a compiled one'
        : null;

/**
 * A fresh machine in a folder: a project whose packages are installed, an empty cache, a PATH with nothing on it, and
 * stand-ins of Python's pip and the compiler that can be put there. Every call of a stand-in is a line in `calls`.
 */
export class FreshMachine {
  readonly project: string;
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  readonly wheels: Wheels;
  readonly #tools: string;
  readonly #log: string;
  readonly #wheels: string;

  constructor(folder: string) {
    this.project = path.join(folder, 'project');
    this.cache = path.join(folder, 'cache', 'convscope');
    this.#tools = path.join(folder, 'bin');
    this.#log = path.join(folder, 'calls');
    this.#wheels = path.join(folder, 'wheels');
    this.env = {
      PATH: this.#tools,
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      CALLS: this.#log,
      ADDON: addon ?? '',
      WHEELS: this.#wheels,
    };
    mkdirSync(this.#tools, { recursive: true });
    const packages = path.join(this.project, 'node_modules');
    const binding = path.join(packages, '@tensorflow', 'tfjs-node-gpu', 'binding');
    mkdirSync(binding, { recursive: true });
    writeFileSync(path.join(binding, 'tfjs_binding.cc'), '// the source of the addon\n');
    this.wheels = {
      'linux-x64': [this.#makeWheel('linux-x64')],
      'linux-x64-cuda': [this.#makeWheel('cuda')],
    };
  }

  get addonPlace(): string {
    return path.join(this.project, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node');
  }

  get calls(): readonly string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** pip that brings the wheel from beside, unless `body` makes it do something else. */
  addPython(
    body = 'for last; do :; done; to=$(dirname "$last"); cp "$WHEELS/$(basename "$to" .part)" "$to"',
  ): void {
    this.#addTool(
      'python3',
      `case "$*" in *"-m pip"*) echo pip >> "$CALLS"; ${body};; *) exec ${realPython} "$@";; esac`,
    );
  }

  /** A compiler whose every output is the same addon, unless `body` makes it do something else. */
  addCompiler(body = 'for last; do :; done; cp "$ADDON" "$last"'): void {
    this.#addTool('g++', `echo compiler >> "$CALLS"; ${body}`);
  }

  /** Puts an addon where an install of tfjs-node's own would. */
  placeAddon(content: Buffer = readFileSync(addon ?? '')): void {
    mkdirSync(path.dirname(this.addonPlace), { recursive: true });
    writeFileSync(this.addonPlace, content);
  }

  #addTool(name: string, script: string): void {
    const file = path.join(this.#tools, name);
    writeFileSync(file, `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\n${script}\n`);
    chmodSync(file, 0o755);
  }

  #makeWheel(name: string): Wheels[string][number] {
    const content = path.join(this.#wheels, name, 'tensorflow');
    mkdirSync(content, { recursive: true });
    for (const file of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'unwanted.py']) {
      writeFileSync(path.join(content, file), `${file} of ${name}\n`);
    }
    const file = `tensorflow_${name.replaceAll('-', '_')}-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl`;
    const wheel = path.join(this.#wheels, file);
    execFileSync(realPython ?? '', ['-m', 'zipfile', '-c', wheel, content]);
    const bytes = readFileSync(wheel);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { package: name, version: '2.21.0', file, bytes: bytes.length, sha256 };
  }
}

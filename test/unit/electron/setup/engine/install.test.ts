import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installEngine } from '../../../../../electron/setup/engine/install.mjs';
import { FreshMachine, missing } from './bench-of-tools';

const linux = { platform: 'linux', arch: 'x64', glibc: true, nvidia: false } as const;
const why = missing === null ? '' : ` [skipped: ${missing}]`;

describe.skipIf(missing !== null)(`installing TensorFlow on a fresh machine${why}`, () => {
  let folder = '';
  let machine: FreshMachine;
  let said = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'convscope-setup-'));
    machine = new FreshMachine(folder);
    said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  const install = (options: { nvidia?: boolean; again?: boolean } = {}): Promise<void> => {
    said = '';
    const { project, env, wheels } = machine;
    const { nvidia = false, again = false } = options;
    return installEngine(project, { env, wheels, machine: { ...linux, nvidia }, again });
  };
  const engines = (): readonly string[] =>
    readdirSync(machine.cache).filter((name) => name.startsWith('tensorflow'));

  it('fetches, unpacks and compiles once, and does nothing the second time', async () => {
    machine.addPython();
    machine.addCompiler();
    await install();
    expect(said).toContain('TensorFlow is installed.');
    expect(existsSync(machine.addonPlace)).toBe(true);
    const [engine = ''] = engines();
    expect(readdirSync(path.join(machine.cache, engine, 'tensorflow')).sort()).toEqual([
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
    expect(readdirSync(path.join(machine.cache, 'wheels'))).toEqual([]);
    const calls = machine.calls;
    await install();
    expect(machine.calls).toEqual(calls);
    expect(said).toBe('');
  });

  it('puts the addon back from the cache when npm has thrown it away', async () => {
    machine.addPython();
    machine.addCompiler();
    await install();
    const calls = machine.calls;
    rmSync(path.dirname(machine.addonPlace), { recursive: true });
    await install();
    expect(existsSync(machine.addonPlace)).toBe(true);
    expect(machine.calls).toEqual(calls);
  });

  it('says in one sentence that Python is missing, goes on, and installs once it is there', async () => {
    machine.addCompiler();
    await install();
    expect(said).toMatch(/^TensorFlow cannot be installed: Python 3, .* is not installed\. To mend it: .+\n/);
    expect(said).toContain('Convscope goes on with WebAssembly');
    await install();
    expect(said).toBe('');
    machine.addPython();
    await install();
    expect(said).toContain('TensorFlow is installed.');
  });

  it('says in one sentence that a compiler is missing, before it fetches anything', async () => {
    machine.addPython();
    await install();
    expect(said).toMatch(/^TensorFlow cannot be installed: A C\+\+ compiler, .* is not installed\./);
    expect(machine.calls).toEqual([]);
  });

  it('tells how pip failed, leaves it alone for an hour, and tries again when asked', async () => {
    machine.addPython('echo "ERROR: Could not find a version (from versions: none)" >&2; exit 1');
    machine.addCompiler();
    await install();
    expect(said).toContain('pip could not fetch linux-x64 2.21.0: Could not find a version');
    expect(said).toContain('To mend it: npm run setup');
    await install();
    expect(machine.calls).toEqual(['pip']);
    machine.addPython();
    await install({ again: true });
    expect(said).toContain('TensorFlow is installed.');
  });

  it('refuses a wheel with another checksum', async () => {
    machine.addPython(
      'for last; do :; done; to=$(dirname "$last"); echo other > "$to/$(basename "$to" .part)"',
    );
    machine.addCompiler();
    await install();
    expect(said).toContain('pip brought another file than tensorflow_linux_x64');
    expect(engines()).toEqual([]);
  });

  it('tells what the compiler said, and installs nothing that does not load', async () => {
    machine.addPython();
    machine.addCompiler('echo "tfjs_binding.cc:1: error: no such header" >&2; exit 1');
    await install();
    expect(said).toContain(
      'could not compile the addon (exit code 1): tfjs_binding.cc:1: error: no such header',
    );
    machine.addCompiler('for last; do :; done; echo rubbish > "$last"');
    await install({ again: true });
    expect(said).toContain('TensorFlow was installed, but it does not load (exit code 1)');
    expect(existsSync(machine.addonPlace)).toBe(false);
    expect(machine.calls.filter((call) => call === 'pip')).toHaveLength(1);
  });

  it('accepts an addon that was installed by other means and loads', async () => {
    machine.placeAddon();
    const before = statSync(machine.addonPlace).mtimeMs;
    await install();
    expect(said).toContain('installed by other means works');
    await install();
    expect(said).toBe('');
    expect(statSync(machine.addonPlace).mtimeMs).toBe(before);
  });

  it('replaces an addon that does not load', async () => {
    machine.placeAddon(Buffer.from('of a TensorFlow that is gone'));
    machine.addPython();
    machine.addCompiler();
    await install();
    expect(readFileSync(machine.addonPlace).length).toBeGreaterThan(1000);
  });

  it('takes CUDA with an NVIDIA driver, and the CPU where CUDA cannot be had', async () => {
    machine.addPython(
      'case "$*" in *cuda*) echo "ERROR: No space left on device" >&2; exit 1;; esac; for last; do :; done; to=$(dirname "$last"); cp "$WHEELS/$(basename "$to" .part)" "$to"',
    );
    machine.addCompiler();
    await install({ nvidia: true });
    expect(said).toContain('pip could not fetch cuda 2.21.0: No space left on device. To mend it');
    expect(engines()).toEqual([expect.stringMatching(/^tensorflow-2\.21\.0-linux-x64-[0-9a-f]{8}$/)]);
    machine.addPython();
    await install({ nvidia: true, again: true });
    expect(engines()).toContainEqual(expect.stringMatching(/^tensorflow-2\.21\.0-linux-x64-cuda-/));
  });

  it('fetches nothing under CONVSCOPE_ENGINE=wasm', async () => {
    machine.env['CONVSCOPE_ENGINE'] = 'wasm';
    machine.addPython();
    machine.addCompiler();
    await install();
    expect(machine.calls).toEqual([]);
    expect(existsSync(machine.cache)).toBe(false);
  });

  it.each([
    { stage: 'pip', stall: 'python' },
    { stage: 'compiler', stall: 'compiler' },
  ])(
    'killed while the $stage works, leaves nothing that looks whole, and completes the next time',
    async ({ stage, stall }) => {
      machine.addPython(stall === 'python' ? 'exec sleep 60' : undefined);
      machine.addCompiler(stall === 'compiler' ? 'exec sleep 60' : undefined);
      await killWhen(() => machine.calls.includes(stage));
      expect(existsSync(machine.addonPlace)).toBe(false);
      expect(engines().filter((name) => !name.endsWith('.part'))).toHaveLength(stall === 'python' ? 0 : 1);
      machine.addPython();
      machine.addCompiler();
      await install();
      expect(said).toContain('TensorFlow is installed.');
      expect(existsSync(machine.addonPlace)).toBe(true);
      expect(machine.calls.filter((call) => call === 'pip')).toHaveLength(stall === 'python' ? 2 : 1);
    },
  );

  /** Runs the install in a process group of its own and kills the whole group, as a closed terminal does. */
  async function killWhen(reached: () => boolean): Promise<void> {
    const { project, env, wheels } = machine;
    const module = path.resolve(import.meta.dirname, '../../../../../electron/setup/engine/install.mjs');
    const options = JSON.stringify({ env, wheels, machine: linux });
    const script = `(await import(${JSON.stringify(module)})).installEngine(${JSON.stringify(project)}, ${options})`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      detached: true,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await vi.waitFor(() => expect(reached()).toBe(true), { timeout: 20_000 });
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
  }
});

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabApi } from '#shared/api';
import type { Problem } from '#shared/errors';
import { packed } from '#shared/packing';
import { connectLab } from '#shared/rpc';
import { startLabProcess, type ForkedLabProcess } from '../../../../electron/lab-process/fork';
import type { LabState } from '../../../../electron/lab-process/lab-process';
import { buildLabProcess } from '../../../stand-ins/build-lab-process';
import { endFile, folders, frame, metrics, mishaps } from '../../../stand-ins/lab';

// Building and starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let entry: string;
let folder: string;
let problems: Problem[];
const started: ForkedLabProcess[] = [];

beforeAll(async () => {
  entry = await buildLabProcess();
});
afterAll(async () => {
  await rm(path.dirname(entry), { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convscope-runs-'));
  problems = [];
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((lab) => lab.quit()));
  await rm(folder, { recursive: true });
});

function start(changes: Partial<Parameters<typeof startLabProcess>[0]> = {}): ForkedLabProcess {
  const lab = startLabProcess({
    entry,
    engine: 'wasm',
    runsFolder: folder,
    log: (problem) => problems.push(problem),
    ...changes,
  });
  started.push(lab);
  return lab;
}

/** Resolves with the first state of this kind, or the present one. */
async function reached<K extends LabState['kind']>(
  lab: ForkedLabProcess,
  kind: K,
): Promise<Extract<LabState, { kind: K }>> {
  const isIt = (state: LabState): state is Extract<LabState, { kind: K }> => state.kind === kind;
  if (isIt(lab.state)) return lab.state;
  return new Promise((resolve) => {
    const stop = lab.onState((state) => {
      if (!isIt(state)) return;
      stop();
      resolve(state);
    });
  });
}

function call(lab: ForkedLabProcess, listeners: Partial<Parameters<typeof connectLab>[1]> = {}): LabApi {
  return connectLab(
    packed(lab.connect()),
    {
      sessionChanged: () => undefined,
      metricsArrived: () => undefined,
      frameArrived: () => undefined,
      insightProgressed: () => undefined,
      ...listeners,
    },
    (problem) => problems.push(problem),
  );
}

const meet = (lab: LabApi, index: number): Promise<unknown> =>
  lab.probe({ kind: 'sample', index }).catch((thrown: unknown) => thrown);

describe('a running lab process', () => {
  it('answers several windows, each its own, and tells them what happens', async () => {
    const lab = start();
    await reached(lab, 'running');
    const heard = [vi.fn(), vi.fn()];
    const frameArrived = vi.fn();
    const windows = heard.map((metricsArrived) => call(lab, { metricsArrived, frameArrived }));
    const answers = await Promise.all(windows.map((window, i) => window.samples({ from: i, count: 3 })));
    expect(answers.map(({ pixels }) => [...pixels])).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    await windows[1]?.pause();
    expect(heard[1]).toHaveBeenCalledWith(metrics);
    expect(heard[0]).not.toHaveBeenCalled();
    await windows[0]?.resume();
    expect(frameArrived).toHaveBeenCalledWith(frame);
    expect((await windows[0]?.describe())?.runsFolder).toBe(folder);
  });

  it('carries faults with their causes and writes them to the log', async () => {
    const lab = start();
    await reached(lab, 'running');
    expect(await meet(call(lab), mishaps.fault)).toMatchObject({
      problem: { kind: 'fault', message: 'a fault of the lab', detail: expect.stringContaining('its cause') },
    });
    expect(problems).toEqual([expect.objectContaining({ message: 'a fault of the lab' })]);
    expect(lab.state.kind).toBe('running');
  });

  it('closes the window that sends bytes which are no message, and no other', async () => {
    const lab = start();
    await reached(lab, 'running');
    const broken = lab.connect();
    const closed = new Promise((resolve) => broken.onClose(resolve));
    broken.post(Uint8Array.of(0x92, 0x01));
    await closed;
    expect((await call(lab).join()).session).toEqual({ phase: 'empty' });
  });

  it('ends its run before it ends when asked to quit', async () => {
    const lab = start();
    await reached(lab, 'running');
    await lab.quit();
    expect(await readFile(path.join(folder, endFile), 'utf8')).toBe('whole');
    expect(lab.state).toEqual({ kind: 'gone', reason: 'The lab was closed.' });
    lab.restart();
    expect(lab.state.kind).toBe('gone');
  });

  it('is killed when it does not end, and that is logged', async () => {
    const runsFolder = path.join(folder, folders.hangs);
    await mkdir(runsFolder);
    const lab = start({ runsFolder, millisecondsToQuit: 300 });
    await reached(lab, 'running');
    await lab.quit();
    expect(problems.map(({ message }) => message)).toEqual([
      "The lab's process did not end within 0.3 s and was killed.",
    ]);
  });
});

describe('a lab process that goes', () => {
  it.each([
    ['with code 0', mishaps.exit0, /ended unexpectedly with exit code 0/],
    ['with another code', mishaps.exit3, /ended unexpectedly with exit code 3/],
    ['killed', mishaps.kill, /killed \(SIGKILL\), as the system does when memory runs out/],
    ['by a crash', mishaps.segfault, /crashed \(SIGSEGV\)/],
    ['by an error nobody caught', mishaps.throwLater, /failed: a tensor was disposed twice/],
    ['by a promise nobody caught', mishaps.rejectLater, /failed: nobody caught this/],
  ])('%s is gone for a reason that its windows learn, and can be started again', async (_, index, reason) => {
    const lab = start();
    await reached(lab, 'running');
    const window = call(lab);
    const pending = meet(window, index);
    const { reason: said } = await reached(lab, 'gone');
    expect(said).toMatch(reason);
    if (index !== mishaps.throwLater && index !== mishaps.rejectLater)
      expect(await pending).toMatchObject({ problem: { kind: 'refusal', message: said } });
    await expect(window.join()).rejects.toMatchObject({ problem: { message: said } });

    lab.restart();
    expect(lab.state.kind).toBe('starting');
    await reached(lab, 'running');
    expect((await call(lab).join()).frame).toEqual(frame);
  });

  it('says why it could not open', async () => {
    const lab = start({ runsFolder: path.join(folder, folders.refuses) });
    expect((await reached(lab, 'gone')).reason).toBe('No engine can be had here.');
  });

  it('says so when its options are wrong or its entry is missing', async () => {
    const wrong = start({ engine: 'abacus' });
    expect((await reached(wrong, 'gone')).reason).toMatch(/was started wrongly: engine/);
    const missing = start({ entry: path.join(folder, 'nothing.mjs') });
    expect((await reached(missing, 'gone')).reason).toMatch(/exit code 1/);
    const early = missing.connect();
    const closed = vi.fn();
    early.onClose(closed);
    expect(closed).toHaveBeenCalledWith(expect.stringMatching(/exit code 1/));
  });
});

describe('the entry itself', () => {
  const run = async () => {
    const child = fork(entry, ['--engine', 'wasm', '--runs', folder], { serialization: 'advanced' });
    await once(child, 'message');
    return child;
  };

  it('ends its run and itself when its parent is gone', async () => {
    const child = await run();
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await readFile(path.join(folder, endFile), 'utf8')).toBe('whole');
  });

  it('leaves Ctrl+C, which reaches every process of a terminal, to its parent', async () => {
    const child = await run();
    child.kill('SIGINT');
    child.send({ kind: 'quit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says what it is when somebody starts it by hand', async () => {
    const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [said] = await once(child.stderr, 'data');
    expect(String(said)).toContain('npm start');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});

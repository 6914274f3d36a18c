import { describe, expect, it } from 'vitest';
import { listCandidates, type TensorFlowState } from '../../../../../electron/lab/engine/candidates';

type Machine = Parameters<typeof listCandidates>[1];
type Findings = NonNullable<Parameters<typeof listCandidates>[2]>;

const linux = { platform: 'linux', arch: 'x64', glibc: true, nvidia: false } as const satisfies Machine;
const nothing: Findings = { failures: {}, accepted: {} };
const failed = (recipe: string, reason: string, remedy: string): Findings => ({
  accepted: {},
  failures: { [recipe]: { reason, remedy, kind: 'missing tool', at: '2026-01-01T00:00:00Z' } },
});
const onCpu: TensorFlowState = { kind: 'loaded', version: '2.21.0', onGpu: false };

describe('the engines that doctor lists', () => {
  const list = (state: TensorFlowState, machine: Machine = linux, findings: Findings = nothing) => {
    const [gpu, cpu, wasm] = listCandidates(state, machine, findings);
    return { gpu, cpu, wasm };
  };

  it('names the missing driver where TensorFlow runs on the CPU', () => {
    const { gpu, cpu, wasm } = list(onCpu);
    expect(gpu).toMatchObject({ status: 'unavailable', reason: 'No NVIDIA driver is installed.' });
    expect(cpu).toEqual({ title: 'TensorFlow on CPU', status: 'in use', reason: null, remedy: null });
    expect(wasm).toMatchObject({ status: 'available', reason: 'TensorFlow is faster.' });
  });

  it('passes on what set-up found out, with its remedy', () => {
    const findings = failed('linux-x64', 'A C++ compiler is not installed.', 'sudo apt-get install -y g++');
    const { cpu, wasm } = list({ kind: 'missing' }, linux, findings);
    expect(cpu).toMatchObject({
      status: 'unavailable',
      reason: 'A C++ compiler is not installed.',
      remedy: 'sudo apt-get install -y g++',
    });
    expect(wasm?.status).toBe('in use');
  });

  it('tells a CUDA that could not be fetched from one that does not work', () => {
    const withDriver = { ...linux, nvidia: true };
    const fetched = list(onCpu, withDriver).gpu;
    expect(fetched?.reason).toContain('a CUDA library is missing, or the driver is older');
    const findings = failed('linux-x64-cuda', 'pip could not fetch nvidia-cudnn-cu12.', 'npm run setup');
    expect(list(onCpu, withDriver, findings).gpu?.reason).toBe('pip could not fetch nvidia-cudnn-cu12.');
  });

  it('says when there is no build for the machine', () => {
    const { gpu, cpu } = list({ kind: 'missing' }, { ...linux, platform: 'darwin' });
    expect(gpu?.reason).toContain('no GPU build');
    expect(cpu).toMatchObject({ status: 'unavailable', remedy: null });
  });

  it('names what went wrong in loading an installed TensorFlow', () => {
    const { cpu } = list({
      kind: 'broken',
      problem: 'libtensorflow_cc.so.2: cannot open shared object file',
    });
    expect(cpu?.reason).toContain('does not load: libtensorflow_cc.so.2: cannot open');
    expect(cpu?.remedy).toBe('npm run setup');
  });

  it('has one engine in use, and a reason for every other', () => {
    const states: readonly TensorFlowState[] = [
      onCpu,
      { kind: 'loaded', version: '2.21.0', onGpu: true },
      { kind: 'missing' },
      { kind: 'broken', problem: 'gone' },
      { kind: 'passed over', because: 'WebAssembly was asked for.' },
    ];
    for (const nvidia of [true, false]) {
      for (const state of states) {
        const candidates = listCandidates(state, { ...linux, nvidia }, nothing);
        expect(candidates.filter(({ status }) => status === 'in use')).toHaveLength(1);
        for (const { status, reason } of candidates) expect(reason === null).toBe(status === 'in use');
      }
    }
  });
});

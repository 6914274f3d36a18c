import type { EngineReport } from '#shared/engine';
import { Refusal } from '#shared/errors';
import { listCandidates } from './candidates';
import { cpuDevice, gpuDevice } from './device';
import { loadTensorFlow, type LoadedTensorFlow } from './tensorflow/load';

/** Sets WebAssembly to be used even where TensorFlow is installed; set-up then installs none either. */
const wasmByEnvironment = 'CONVSCOPE_ENGINE';

/**
 * Chooses how tensors are computed in this process, once, and says what it chose and why nothing better. `auto` takes
 * the best that works. Throws a `Refusal` when TensorFlow is asked for by name and is not to be had.
 */
export async function startEngine(wanted: 'auto' | 'tensorflow' | 'wasm'): Promise<EngineReport> {
  const choice = wanted === 'auto' && process.env[wasmByEnvironment] === 'wasm' ? 'environment' : wanted;
  if (choice === 'wasm' || choice === 'environment') {
    const because =
      choice === 'wasm'
        ? 'WebAssembly was asked for.'
        : `${wasmByEnvironment}=wasm is set in the environment.`;
    return reportWasm({ kind: 'passed over', because });
  }
  const loaded = await loadTensorFlow();
  if (loaded.kind === 'loaded') return reportTensorFlow(loaded);
  const report = await reportWasm(loaded);
  if (choice === 'auto') return report;
  const { reason, remedy } = report.candidates.find(({ title }) => title === 'TensorFlow on CPU') ?? {};
  throw new Refusal(`TensorFlow cannot be used: ${reason}${remedy ? ` To mend it: ${remedy}` : ''}`);
}

async function reportTensorFlow(loaded: LoadedTensorFlow): Promise<EngineReport> {
  return {
    engine: 'tensorflow',
    title: 'TensorFlow',
    version: loaded.version,
    device: loaded.onGpu ? await gpuDevice() : cpuDevice(),
    notes: loaded.onGpu ? [] : ['oneDNN on'],
    candidates: listCandidates(loaded),
  };
}

async function reportWasm(tensorFlow: Parameters<typeof listCandidates>[0]): Promise<EngineReport> {
  // Once imported it is tfjs's first choice, which nothing can be computed with until it has started.
  const { startWasm } = await import('./wasm/start');
  const { version, notes } = await startWasm();
  return {
    engine: 'wasm',
    title: 'WebAssembly',
    version,
    device: cpuDevice(1),
    notes,
    candidates: listCandidates(tensorFlow),
  };
}

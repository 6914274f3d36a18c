import type { EngineCandidate } from '#shared/engine';
import { cacheFolder, readFindings } from '../../setup/engine/cache.mjs';
import { recipesFor, thisMachine } from '../../setup/engine/recipes.mjs';
import type { TensorFlowOutcome } from './tensorflow/load';

/** What became of TensorFlow: `passed over` when nobody tried it. */
export type TensorFlowState = TensorFlowOutcome | { readonly kind: 'passed over'; readonly because: string };

type Reason = Pick<EngineCandidate, 'reason' | 'remedy'>;
type Findings = ReturnType<typeof readFindings>;
type Machine = ReturnType<typeof thisMachine>;

/** What makes set-up try again what failed, and put back what is lost. */
const setUp = 'npm run setup';

/**
 * Every way to compute, from the best to the floor, with the reason why each that is not in use is not. What set-up
 * found out about this machine comes from its own notes.
 */
export function listCandidates(
  tensorFlow: TensorFlowState,
  machine: Machine = thisMachine(),
  findings: Findings = readFindings(cacheFolder()),
): readonly EngineCandidate[] {
  return [
    { title: 'TensorFlow on GPU', ...onGpu(tensorFlow, machine, findings) },
    { title: 'TensorFlow on CPU', ...onCpu(tensorFlow, machine, findings) },
    { title: 'WebAssembly', ...inWasm(tensorFlow) },
  ];
}

type Standing = Omit<EngineCandidate, 'title'>;

const inUse: Standing = { status: 'in use', reason: null, remedy: null };

function onGpu(tensorFlow: TensorFlowState, machine: Machine, findings: Findings): Standing {
  if (tensorFlow.kind === 'loaded' && tensorFlow.onGpu) return inUse;
  const because = (reason: string, remedy: string | null): Standing => ({
    status: 'unavailable',
    reason,
    remedy,
  });
  if (!recipesFor({ ...machine, nvidia: true }).some((recipe) => /cuda|win32/.test(recipe))) {
    return because('TensorFlow has no GPU build for this kind of machine.', null);
  }
  if (!machine.nvidia) {
    return because(
      'No NVIDIA driver is installed.',
      `If this machine has an NVIDIA card, install its driver and then: ${setUp}`,
    );
  }
  if (tensorFlow.kind === 'passed over') return passedOver(tensorFlow.because);
  const failure = findings.failures['linux-x64-cuda'];
  if (failure !== undefined) return because(failure.reason, failure.remedy);
  if (tensorFlow.kind === 'loaded') {
    return because(
      'TensorFlow finds no GPU that it can use: a CUDA library is missing, or the driver is older than they are.',
      `Update the NVIDIA driver, and then: ${setUp}`,
    );
  }
  const { reason, remedy } = notLoaded(tensorFlow, machine, findings);
  return { status: 'unavailable', reason, remedy };
}

function onCpu(tensorFlow: TensorFlowState, machine: Machine, findings: Findings): Standing {
  switch (tensorFlow.kind) {
    case 'loaded':
      return tensorFlow.onGpu ? passedOver('The GPU is faster.') : inUse;
    case 'passed over':
      return passedOver(tensorFlow.because);
    case 'missing':
    case 'broken':
      return { status: 'unavailable', ...notLoaded(tensorFlow, machine, findings) };
  }
}

function inWasm(tensorFlow: TensorFlowState): Standing {
  return tensorFlow.kind === 'loaded' ? passedOver('TensorFlow is faster.') : inUse;
}

function notLoaded(
  tensorFlow: Extract<TensorFlowState, { kind: 'missing' | 'broken' }>,
  machine: Machine,
  findings: Findings,
): Reason {
  if (tensorFlow.kind === 'broken') {
    return { reason: `TensorFlow is installed and does not load: ${tensorFlow.problem}`, remedy: setUp };
  }
  const recipes = recipesFor(machine);
  if (recipes.length === 0) {
    return { reason: 'TensorFlow has no build for this kind of machine.', remedy: null };
  }
  const failure = recipes.map((recipe) => findings.failures[recipe]).findLast((known) => known !== undefined);
  return failure ?? { reason: 'TensorFlow is not installed.', remedy: setUp };
}

function passedOver(reason: string): Standing {
  return { status: 'available', reason, remedy: null };
}

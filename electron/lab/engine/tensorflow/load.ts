import util from 'node:util';
import * as tf from '@tensorflow/tfjs';

export interface LoadedTensorFlow {
  readonly kind: 'loaded';
  /** The library's own, such as `2.21.0`. */
  readonly version: string;
  readonly onGpu: boolean;
}

export type TensorFlowOutcome =
  | LoadedTensorFlow
  /** There is no addon to load. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'broken'; readonly problem: string };

interface Binding {
  readonly TF_Version: string;
}

/** Loads TensorFlow into this process and makes it tfjs's backend. Once loaded it stays. */
export async function loadTensorFlow(): Promise<TensorFlowOutcome> {
  // Read by the library when it is loaded: use oneDNN's kernels; report errors only.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // tfjs-node calls it, and Node 23 has removed it (tfjs issue 8420).
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  try {
    await withoutDeprecations(() => import('@tensorflow/tfjs-node-gpu'));
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    // Its own words for an addon that is not there.
    return /native addon module .* can not be found/.test(problem)
      ? { kind: 'missing' }
      : { kind: 'broken', problem: problem.split('\n')[0] ?? problem };
  }
  await tf.setBackend('tensorflow');
  await tf.ready();
  tf.enableProdMode();
  const backend: unknown = tf.backend();
  const { binding, isUsingGpuDevice } = backend as { binding: Binding; isUsingGpuDevice: boolean };
  return { kind: 'loaded', version: binding.TF_Version, onGpu: isUsingGpuDevice };
}

/** What tfjs-node depends on uses things that Node is going to remove; a user can do nothing about it. */
async function withoutDeprecations<T>(work: () => Promise<T>): Promise<T> {
  const before = process.noDeprecation;
  process.noDeprecation = true;
  try {
    return await work();
  } finally {
    process.noDeprecation = before ?? false;
  }
}

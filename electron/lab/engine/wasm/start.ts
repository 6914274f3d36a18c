import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { registerAveragePoolGradient } from './average-pool-gradient';
import { registerConv2DBackpropFilter } from './conv2d-backprop-filter';
import { registerDepthwiseGradients } from './depthwise-gradients';
import { registerMaxPoolGradient } from './max-pool-gradient';
import { registerSamePadding } from './same-padding';

let registered = false;

/** Once in a process: some wrap the backend's own kernels. */
function registerKernels(): void {
  if (registered) return;
  registered = true;
  registerConv2DBackpropFilter();
  registerDepthwiseGradients();
  registerAveragePoolGradient();
  registerMaxPoolGradient();
  registerSamePadding();
}

/** Makes WebAssembly tfjs's backend, with the kernels that it lacks or gets wrong and training needs. */
export async function startWasm(): Promise<{ readonly version: string; readonly notes: readonly string[] }> {
  const folder = path.dirname(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
  );
  setWasmPaths(path.join(folder, 'wasm-out') + path.sep);
  registerKernels();
  if (!(await tf.setBackend('wasm'))) throw new Error('The WebAssembly engine did not start.');
  await tf.ready();
  tf.enableProdMode();
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  // tfjs has no threads in Node: https://github.com/tensorflow/tfjs/issues/3830
  return { version: version_wasm, notes: [simd ? 'SIMD on' : 'SIMD off', 'one thread'] };
}

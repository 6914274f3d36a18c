import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { registerConv2DBackpropFilter } from './conv2d-backprop-filter';

/** Makes WebAssembly tfjs's backend, with the kernels that it lacks and training needs. */
export async function startWasm(): Promise<{ readonly version: string; readonly notes: readonly string[] }> {
  const folder = path.dirname(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
  );
  setWasmPaths(path.join(folder, 'wasm-out') + path.sep);
  registerConv2DBackpropFilter();
  if (!(await tf.setBackend('wasm'))) throw new Error('The WebAssembly engine did not start.');
  await tf.ready();
  tf.enableProdMode();
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  // tfjs has no threads in Node: https://github.com/tensorflow/tfjs/issues/3830
  return { version: version_wasm, notes: [simd ? 'SIMD on' : 'SIMD off', 'one thread'] };
}

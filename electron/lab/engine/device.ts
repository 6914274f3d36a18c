import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const asked = promisify(execFile);

/** For example `CPU, 8 cores`. */
export function cpuDevice(cores = availableParallelism()): string {
  return `CPU, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

/** The names of the graphics cards, which TensorFlow's C interface does not tell but the driver's program does. */
export async function gpuDevice(): Promise<string> {
  try {
    const { stdout } = await asked('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
      timeout: 5000,
    });
    const names = stdout
      .split('\n')
      .map((name) => name.trim())
      .filter(Boolean);
    return names.length === 0 ? 'GPU' : `GPU, ${names.join(', ')}`;
  } catch {
    // TensorFlow computes on it all the same; only its name stays unknown.
    return 'GPU';
  }
}

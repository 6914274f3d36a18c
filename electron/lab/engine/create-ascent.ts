import { EagerAscent, type Ascent, type AscentPlan } from './ascent';
import { CompiledAscent } from './compiled/compiled-ascent';
import { nativeBackend } from './native';

/**
 * The fastest way to ascend on the engine in use: compiled where that can be, otherwise kernel by kernel with the same
 * numbers. The caller disposes of it.
 * @param log is told why an ascent on TensorFlow is not compiled
 */
export function createAscent(plan: AscentPlan, log: (sentence: string) => void): Ascent {
  const native = nativeBackend();
  if (native === null) return new EagerAscent(plan);
  try {
    return new CompiledAscent(native, plan);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    log(
      `The ascent cannot be compiled: ${reason}. It runs kernel by kernel, with the same numbers but slower.`,
    );
    return new EagerAscent(plan);
  }
}

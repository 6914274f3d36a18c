import { CompiledStep } from './compiled/compiled-step';
import { EagerStep } from './eager-step';
import { nativeBackend } from './native';
import { NetworkFunctions } from './network-functions';
import { Noise } from './noise';
import type { StepOptions } from './step-options';
import type { TrainingStep } from './training-step';

export type { StepOptions } from './step-options';

/** The fastest way to train this network on the engine in use: compiled where that can be, otherwise eager. */
export function createTrainingStep(options: StepOptions): TrainingStep {
  const functions = new NetworkFunctions(options.model, new Noise(options.training.seed));
  const native = nativeBackend();
  if (native === null) return new EagerStep(functions, options);
  try {
    return new CompiledStep(native, functions, options);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    options.log(
      `The network ${options.model.name} cannot be compiled: ${reason}. It is trained kernel by kernel, with the ` +
        `same numbers but slower.`,
    );
    return new EagerStep(functions, options);
  }
}

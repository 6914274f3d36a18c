import { Refusal } from '#shared/errors';
import { CompiledStep } from './compiled/compiled-step';
import { EagerStep } from './eager-step';
import { nativeBackend } from './native';
import { NetworkFunctions } from './network-functions';
import type { StepOptions } from './step-options';
import type { TrainingStep } from './training-step';

export type { StepOptions } from './step-options';

/**
 * The fastest way to train this network on the engine in use: compiled where that can be, otherwise eager. Throws a
 * `Refusal` where there are not as many class weights as classes.
 */
export function createTrainingStep(options: StepOptions): TrainingStep {
  const { classWeights } = options.training;
  if (classWeights !== null && classWeights.length !== options.classes) {
    throw new Refusal(
      `The recipe has ${classWeights.length} class weights, but the data has ${options.classes} classes; ` +
        `give one weight for each class, or none.`,
    );
  }
  const functions = new NetworkFunctions(options.model, options.training);
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

/** A network that is shown images and never trained: nothing need be compiled for it. */
export function createLookingStep(options: StepOptions): TrainingStep {
  return new EagerStep(new NetworkFunctions(options.model, options.training), options);
}

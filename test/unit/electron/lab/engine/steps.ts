/** Steps on the engines of this machine, for the tests of the engine. */
import type * as tf from '@tensorflow/tfjs';
import { CompiledStep } from '../../../../../electron/lab/engine/compiled/compiled-step';
import type { StepOptions } from '../../../../../electron/lab/engine/create-step';
import { EagerStep } from '../../../../../electron/lab/engine/eager-step';
import { nativeBackend } from '../../../../../electron/lab/engine/native';
import { NetworkFunctions } from '../../../../../electron/lab/engine/network-functions';
import { loadTensorFlow } from '../../../../../electron/lab/engine/tensorflow/load';
import type { TrainingStep } from '../../../../../electron/lab/engine/training-step';
import type { ImageSet } from '#shared/images';
import { trainingSpec, type OptimizerSpec, type TrainingSpec } from '#shared/spec';

/** Whether TensorFlow could be loaded; says why not. */
export async function hasTensorFlow(): Promise<boolean> {
  const outcome = await loadTensorFlow();
  if (outcome.kind === 'loaded') return true;
  const reason = outcome.kind === 'missing' ? 'it is not installed' : outcome.problem;
  process.stderr.write(`Tests of the steps on TensorFlow are skipped: ${reason}.\n`);
  return false;
}

export interface StepSetup {
  readonly model: tf.LayersModel;
  readonly images: ImageSet;
  readonly classes: number;
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  readonly training?: Partial<TrainingSpec>;
}

export const stepKinds = ['eager', 'compiled'] as const;

export function makeStep(kind: (typeof stepKinds)[number], setup: StepSetup): TrainingStep {
  const { model, images, classes, optimizer, batchSize, training } = setup;
  const options: StepOptions = {
    model,
    training: trainingSpec.parse({ optimizer, batchSize, seed: 7, ...training }),
    trainingImages: images,
    classes,
    log: (sentence) => {
      throw new Error(sentence);
    },
  };
  const functions = new NetworkFunctions(model, options.training);
  if (kind === 'eager') return new EagerStep(functions, options);
  const native = nativeBackend();
  if (native === null) throw new Error('The native engine is not the one in use.');
  return new CompiledStep(native, functions, options);
}

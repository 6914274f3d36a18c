import path from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { readRunSpec } from '../../runs/run-folder';
import type { BenchMoment } from '../evidence-desk';
import { networkOfTopology } from '../models/opened-network';
import { modelHash } from './model-hash';
import type { OpenedSubject } from './subject';

/** The network on the bench as it is now, copied, so that training may go on. The caller disposes of it. */
export async function benchSubject({ bench, runFolder }: BenchMoment): Promise<OpenedSubject> {
  const model = await copyOf(bench.step.network());
  const spec = runFolder === null ? null : await readRunSpec(runFolder);
  const { test, info } = bench;
  return {
    subject: { path: runFolder, checkpoint: null, preprocessing: null, data: null },
    name: runFolder === null ? info.summary.name : path.basename(runFolder),
    model,
    inputShape: test.shape,
    classes: info.classes,
    modelSha256: modelHash(model),
    run: runFolder === null || spec === null ? null : { folder: runFolder, spec },
    testImages: async () => test,
    dispose: () => {
      model.dispose();
    },
  };
}

async function copyOf(network: tf.LayersModel): Promise<tf.LayersModel> {
  const copy = await networkOfTopology(network.toJSON(null, false));
  // All at once: training cannot come in between.
  copy.setWeights(network.getWeights());
  return copy;
}

import path from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { isOpened } from '#shared/spec';
import { readRunSpec } from '../../runs/run-folder';
import type { Bench } from '../bench';
import type { BenchMoment } from '../evidence-desk';
import { contentHash } from '../models/content-hash';
import { networkOfTopology } from '../models/opened-network';
import { modelHash } from './model-hash';
import type { OpenedSubject } from './subject';

/** The network on the bench as it is now, copied, so that training may go on. The caller disposes of it. */
export async function benchSubject({ bench, runFolder }: BenchMoment): Promise<OpenedSubject> {
  if (bench.info.step === 'graph') return graphSubject(bench);
  const model = await copyOf(bench.step.network());
  const spec = runFolder === null ? null : await readRunSpec(runFolder);
  const { test, info } = bench;
  return {
    kind: 'layers',
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

/** Nothing trains it, so that it is used as it stands there. */
async function graphSubject({ recipe, probed, test, info }: Bench): Promise<OpenedSubject> {
  const { model } = recipe;
  if (!isOpened(model)) throw new Error('A network that was built here is of layers.');
  return {
    kind: 'graph',
    subject: { path: model.file, checkpoint: null, preprocessing: model.preprocessing, data: null },
    name: info.summary.name,
    probed,
    inputShape: test.shape,
    classes: info.classes,
    modelSha256: await contentHash(model.file),
    run: null,
    testImages: async () => test,
    dispose: () => undefined,
  };
}

async function copyOf(network: tf.LayersModel): Promise<tf.LayersModel> {
  const copy = await networkOfTopology(network.toJSON(null, false));
  // All at once: training cannot come in between.
  copy.setWeights(network.getWeights());
  return copy;
}

import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  networkNames,
  referenceImage,
  referenceNetwork,
  referenceNoise,
  references,
  shapes,
  type NetworkName,
} from '../../../../../fixtures/evidence/networks';
import { ClassScores } from '../../../../../../electron/lab/insight/evidence/class-scores';
import { gradCam, mapGradients } from '../../../../../../electron/lab/insight/evidence/grad-cam';
import { gradCamPlusPlus } from '../../../../../../electron/lab/insight/evidence/grad-cam-plus-plus';
import { guidedBackpropagation } from '../../../../../../electron/lab/insight/evidence/guided-backpropagation';
import { gradientTimesInput } from '../../../../../../electron/lab/insight/evidence/gradient-times-input';
import { integratedGradients } from '../../../../../../electron/lab/insight/evidence/integrated-gradients';
import { occlusion } from '../../../../../../electron/lab/insight/evidence/occlusion';
import { saliency } from '../../../../../../electron/lab/insight/evidence/saliency';
import { smoothGradWith } from '../../../../../../electron/lab/insight/evidence/smooth-grad';
import { splitAt } from '../../../../../../electron/lab/insight/evidence/split';
import { imageTensor, type Subject } from '../../../../../../electron/lab/insight/evidence/subject';
import { FrozenNetwork } from '../../../../../../electron/lab/insight/frozen-network';
import { LayerGraph } from '../../../../../../electron/lab/insight/layer-graph';
import { unwatched } from '../../../../../../electron/lab/insight/watch';
import { startWasm } from '../../../../../../electron/lab/engine/wasm/start';
import { hasTensorFlow } from '../../engine/steps';

const onTensorFlow = await hasTensorFlow();
const engines = onTensorFlow ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);
const cases = engines.flatMap((engine) => networkNames.map((name) => ({ engine, name })));

/** The question of make_evidence.py. */
function subjectOf(name: NetworkName): Subject {
  const model = referenceNetwork(name);
  return {
    network: new FrozenNetwork(model),
    scores: new ClassScores(new LayerGraph(model)),
    image: referenceImage(shapes[name]),
    shape: shapes[name],
    classIndex: references[name].target,
    watch: unwatched,
  };
}

describe.each(cases)('evidence from the $name network on $engine agrees with captum:', ({ engine, name }) => {
  const reference = references[name];
  let subject: Subject;
  let tensors: number;

  beforeAll(async () => {
    if (engine === 'wasm') await startWasm();
    else await tf.setBackend('tensorflow');
  });
  beforeEach(() => {
    subject = subjectOf(name);
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, 'tensors held').toBe(tensors);
    subject.network.release();
    subject.network.model.dispose();
  });

  it('logits', () => {
    const { network, scores } = subject;
    expectClose(
      network.run(() => scores.logits(imageTensor(subject)).dataSync<'float32'>()),
      reference.logits,
    );
  });

  it('saliency', () => {
    expectClose(saliency(subject), reference.saliency);
  });

  it('gradient x input, which is the gradient times the image', () => {
    const products = reference.saliency.map((value, index) => value * (subject.image[index] as number));
    expectClose(gradientTimesInput(subject), products);
  });

  it('SmoothGrad', async () => {
    expectClose(await smoothGradWith(subject, referenceNoise(shapes[name])), reference.smoothGrad);
  });

  it('integrated gradients', async () => {
    for (const { steps, baseline, values } of reference.integratedGradients) {
      expectClose(await integratedGradients(subject, { steps, baseline }), values);
    }
  });

  it('guided backpropagation', () => {
    expectClose(guidedBackpropagation(subject), reference.guidedBackpropagation);
  });

  it.each(Object.keys(reference.gradCam))('Grad-CAM and Grad-CAM++ at %s', (layer) => {
    const { network, scores, classIndex } = subject;
    const split = splitAt(scores, layer);
    const [cam, plusPlus] = network.run(() => {
      const gradients = mapGradients(scores, split, imageTensor(subject), classIndex);
      return [gradCam(gradients), gradCamPlusPlus(gradients)].map((map) => map.dataSync<'float32'>());
    });
    expectClose(cam, reference.gradCam[layer]);
    expectClose(plusPlus, reference.gradCamPlusPlus[layer]);
  });

  it('occlusion', async () => {
    for (const { map, ...options } of reference.occlusion) {
      expectClose((await occlusion(subject, options)).map, map);
    }
  });
});

/** To 1e-4 of the largest value, so that maps of small values are held as strictly. */
function expectClose(actual: ArrayLike<number> | undefined, expected: readonly number[] | undefined): void {
  expect(actual?.length).toBe(expected?.length);
  const largest = Math.max(...(expected ?? []).map(Math.abs));
  expect(largest).toBeGreaterThan(0);
  const differences = expected?.map((value, index) => Math.abs(value - (actual?.[index] ?? NaN))) ?? [];
  expect(Math.max(...differences) / largest).toBeLessThan(1e-4);
}

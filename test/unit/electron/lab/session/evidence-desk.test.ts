import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { evidenceRequest, topImagesRequest } from '#shared/evidence';
import { optimizerSpec } from '#shared/spec';
import { startWasm } from '../../../../../electron/lab/engine/wasm/start';
import { EvidenceDesk, type BenchMoment } from '../../../../../electron/lab/session/evidence-desk';
import { LabSession } from '../../../../../electron/lab/session/session';
import { hasTensorFlow, makeStep, stepKinds } from '../engine/steps';
import { stripedImages, stripeNetwork } from '../insight/evidence/stripes';

const onTensorFlow = await hasTensorFlow();
const kinds = onTensorFlow ? stepKinds : (['eager'] as const);

beforeAll(async () => {
  if (!onTensorFlow) await startWasm();
});

const smoothGrad = evidenceRequest.parse({ method: { kind: 'smooth-grad', samples: 150 } });
const strongest = topImagesRequest.parse({ layer: 'first', channels: [0, 3] });

function benchOf(kind: (typeof stepKinds)[number]) {
  const test = stripedImages(96, 1, 4);
  const model = stripeNetwork(1, 1);
  const optimizer = optimizerSpec.parse({ kind: 'rmsprop' });
  const step = makeStep(kind, { model, images: test, classes: 3, optimizer, batchSize: 24 });
  const moment = (): BenchMoment =>
    ({
      bench: { step, test, info: { classes: ['level', 'upright', 'chessboard'] } },
      probe: {
        source: { kind: 'sample', index: 2, label: test.labels[2] },
        pixels: test.pixels.slice(800, 1200),
      },
      step: 7,
    }) as unknown as BenchMoment;
  const train = (batch: number) =>
    step.train(
      Int32Array.from({ length: 24 }, (_, index) => batch * 24 + index),
      0.01,
    ).loss;
  return { step, train, desk: new EvidenceDesk(moment) };
}

describe.each(kinds)('while the %s step trains', (kind) => {
  it('evidence and top images are those of the moment, and training is what it would have been', async () => {
    const undisturbed = benchOf(kind);
    const expected = [0, 1, 2, 3].map((batch) => undisturbed.train(batch));
    const { step, train, desk } = benchOf(kind);
    const losses = [train(0)];
    const quiet = [await desk.evidence(smoothGrad), await desk.topImages(strongest)];
    const tensors = tf.memory().numTensors;

    const answers = [desk.evidence(smoothGrad), desk.topImages(strongest)];
    // Batches between those of the questions.
    for (const batch of [1, 2, 3]) {
      losses.push(train(batch));
      await new Promise(setImmediate);
    }
    expect(await Promise.all(answers)).toEqual(quiet);
    expect(losses).toEqual(expected);
    expect(tf.memory().numTensors).toBe(tensors);

    const later = await desk.evidence(smoothGrad);
    expect(later.logit).not.toBe((quiet[0] as typeof later).logit);
    step.dispose();
    undisturbed.step.dispose();
  });

  it('evidence names the probe, the class and the moment', async () => {
    const { step, desk } = benchOf(kind);
    const found = await desk.evidence(evidenceRequest.parse({ method: { kind: 'grad-cam' }, class: 1 }));
    expect(found).toMatchObject({
      probe: { kind: 'sample', index: 2 },
      step: 7,
      className: 'upright',
      classIndex: 1,
      method: { kind: 'grad-cam', layer: 'second' },
    });
    step.dispose();
  });
});

it('evidence is refused where there is no network', async () => {
  const session = new LabSession({ engine: 'wasm', runsFolder: 'unused', log: () => undefined });
  const desk = new EvidenceDesk(() => session.now());
  await expect(desk.evidence(smoothGrad)).rejects.toThrow(
    'There is no network to look into; prepare one first.',
  );
});

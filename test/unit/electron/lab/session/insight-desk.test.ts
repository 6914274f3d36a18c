import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { ImageSet } from '#shared/images';
import { cancelledInsight, kernelsRequest, patternsRequest, type InsightProgress } from '#shared/insight';
import type { TrainingStep } from '../../../../../electron/lab/engine/training-step';
import type { BenchMoment } from '../../../../../electron/lab/session/evidence-desk';
import { InsightDesk } from '../../../../../electron/lab/session/insight-desk';
import { hasTensorFlow, makeStep, stepKinds } from '../engine/steps';

const tensorFlow = await hasTensorFlow();
const images: ImageSet = {
  count: 32,
  shape: [12, 12, 1],
  pixels: Uint8Array.from({ length: 32 * 144 }, (_, i) => (i * i * 31) % 256),
  labels: Int32Array.from({ length: 32 }, (_, i) => i % 3),
};

function network(): tf.LayersModel {
  const input = tf.input({ shape: [12, 12, 1] });
  const seeded = tf.initializers.glorotUniform({ seed: 3 });
  const maps = tf.layers
    .conv2d({ name: 'conv', filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer: seeded })
    .apply(input);
  const flat = tf.layers.flatten({ name: 'flat' }).apply(maps);
  const output = tf.layers
    .dense({ name: 'output', units: 3, activation: 'softmax', kernelInitializer: seeded })
    .apply(flat);
  return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
}

function setUp(kind: (typeof stepKinds)[number]) {
  const step = makeStep(kind, {
    model: network(),
    images,
    classes: 3,
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0, nesterov: false },
    batchSize: 8,
  });
  const progress: InsightProgress[] = [];
  const bench = { step, test: images, info: { classes: ['a', 'b', 'c'] } };
  const desk = new InsightDesk({
    now: () => ({ bench, runFolder: null }) as unknown as BenchMoment,
    progressed: (told) => progress.push(told),
    log: ({ message }) => {
      throw new Error(message);
    },
  });
  return { step, desk, progress };
}

async function trained(step: TrainingStep, pause: () => Promise<unknown>): Promise<readonly number[]> {
  for (let batch = 0; batch < 12; batch++) {
    step.train(
      Int32Array.from({ length: 8 }, (_, index) => (batch * 8 + index) % 32),
      0.1,
    );
    await pause();
  }
  return (await step.state()).weights.flatMap(({ values }) => [...values]);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe.runIf(tensorFlow).each(stepKinds)('the desk for filters beside a %s step', (kind) => {
  it('leaves training as it is, and answers with the weights of the moment', async () => {
    const alone = setUp(kind);
    const expected = await trained(alone.step, turn);
    const asked = patternsRequest.parse({ id: 4, steps: 30 });
    alone.step.dispose();

    const untrained = setUp(kind);
    const first = await untrained.desk.patterns(asked);
    untrained.step.dispose();

    const beside = setUp(kind);
    const drawing = beside.desk.patterns(asked);
    expect(await trained(beside.step, turn)).toEqual(expected);
    const meanwhile = await drawing;
    expect(meanwhile.sheet.pictures.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(meanwhile.sheet.pictures.map(({ values }) => values)).toEqual(
      first.sheet.pictures.map(({ values }) => values),
    );
    expect(beside.progress.at(-1)).toMatchObject({ id: 4, fraction: 1 });
    beside.step.dispose();
  });

  it('ends what is cancelled, and what the window asks again', async () => {
    const { desk, step } = setUp(kind);
    const slow = patternsRequest.parse({ id: 1, steps: 5000 });
    const first = desk.patterns(slow);
    const refused = expect(first).rejects.toThrow(cancelledInsight);
    const second = desk.patterns(slow);
    await refused;
    desk.cancel(1);
    await expect(second).rejects.toThrow(cancelledInsight);
    const { facts } = await desk.kernels(kernelsRequest.parse({ layer: 'conv' }));
    expect(facts).toHaveLength(4);
    step.dispose();
  });
});

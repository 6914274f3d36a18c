import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batchSize,
  classes,
  kerasTraces,
  traceBatches,
  traceImages,
  traceNetwork,
  traceOptimizer,
  weightNames,
  type KerasTrace,
} from '../../../../fixtures/keras/traces';
import type { ImageSet, ImageShape } from '#shared/images';
import { sliceImages } from '#shared/images';
import { startWasm } from '../../../../../electron/lab/engine/wasm/start';
import { hasTensorFlow, makeStep, stepKinds } from './steps';

const onTensorFlow = await hasTensorFlow();
const traces = kerasTraces.map((trace) => ({
  ...trace,
  title: `${trace.network} with ${trace.optimizer}${trace.training.classWeights === null ? '' : ', weighted'}`,
}));
const cases = traces.flatMap((trace) => stepKinds.map((kind) => ({ ...trace, kind })));

describe.runIf(onTensorFlow)('on TensorFlow', () => {
  it.each(cases)('the $kind step trains $title as Keras does', ({ kind, ...trace }) => {
    checkAgainstKeras(kind, trace);
  });
});

describe.runIf(onTensorFlow)('weights of images', () => {
  // Class weights given image by image must teach what Keras was taught by class.
  const weighted = cases.filter(({ training }) => training.classWeights !== null);
  it.each(weighted)('teach the $kind step $title as Keras is taught', ({ kind, ...trace }) => {
    const { classWeights, ...training } = trace.training;
    const weigh = (images: ImageSet): ImageSet => ({
      ...images,
      weights: Float32Array.from(images.labels, (label) => classWeights?.[label] ?? NaN),
    });
    checkAgainstKeras(kind, { ...trace, training: { ...training, classWeights: null } }, weigh);
  });
});

describe('on WebAssembly', () => {
  beforeAll(async () => {
    await startWasm();
  });
  afterAll(async () => {
    if (onTensorFlow) await tf.setBackend('tensorflow');
  });

  const cheap = traces.filter(({ network }) => ['small', 'batch-norm', 'regularized'].includes(network));
  it.each(cheap)('the eager step trains $title as Keras does', (trace) => {
    checkAgainstKeras('eager', trace);
  });
});

function checkAgainstKeras(
  kind: (typeof stepKinds)[number],
  trace: KerasTrace,
  weigh: (images: ImageSet) => ImageSet = (images) => images,
): void {
  const before = tf.memory().numTensors;
  const model = traceNetwork(trace.network);
  const names = weightNames(model);
  const images = weigh(traceImages(model.inputs[0]?.shape.slice(1) as unknown as ImageShape));
  const optimizer = traceOptimizer(trace.optimizer);
  const { training } = trace;
  const step = makeStep(kind, { model, images, classes, optimizer, batchSize, training });
  try {
    const held = tf.memory().numTensors;
    const learned = traceBatches(trace.steps.length).map((batch) =>
      step.train(batch, optimizer.learningRate),
    );
    expect(tf.memory().numTensors, 'tensors held after training').toBe(held);

    expectClose(
      learned.map(({ loss }) => loss),
      trace.steps.map(([loss]) => loss),
    );
    expect(learned.map(({ correct }) => correct)).toEqual(trace.steps.map(([, correct]) => correct));
    const { loss, correct } = step.evaluate(images);
    expectClose([loss], [trace.evaluation[0]]);
    expect(correct).toBe(trace.evaluation[1]);
    expectClose(step.predict(sliceImages(images, 0, 4)), trace.predictions);

    const weights = new Map(
      step.network().weights.map((weight) => [weight.originalName, weight.read().dataSync<'float32'>()]),
    );
    trace.weights.forEach(({ mean, first }, index) => {
      const values = weights.get(names[index] as string) as Float32Array;
      expectClose(values.slice(0, first.length), first);
      expectClose([values.reduce((sum, value) => sum + value, 0) / values.length], [mean]);
    });
  } finally {
    step.dispose();
  }
  expect(tf.memory().numTensors, 'tensors held after disposal').toBe(before);
}

/** Equal to float tolerance: rounding differs with the order of sums, and grows over 20 steps. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < actual.length; index++) {
    const value = expected[index] as number;
    const tolerance = 2e-5 + 1e-4 * Math.abs(value);
    expect(Math.abs((actual[index] as number) - value), `${actual[index]} against ${value}`).toBeLessThan(
      tolerance,
    );
  }
}

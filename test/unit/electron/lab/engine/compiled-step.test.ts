import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createTrainingStep } from '../../../../../electron/lab/engine/create-step';
import type { TrainingStep } from '../../../../../electron/lab/engine/training-step';
import { sliceImages } from '#shared/images';
import { trainingSpec } from '#shared/spec';
import {
  batchSize,
  classes,
  traceBatches,
  traceImages,
  traceOptimizer,
} from '../../../../fixtures/keras/traces';
import { hasTensorFlow, makeStep, stepKinds, type StepSetup } from './steps';

const images = traceImages([12, 12, 2]);
const batches = traceBatches(20);
const L = tf.layers;
const seeded = () => tf.initializers.glorotUniform({ seed: 3 });

/** A network around the layers in question; the same weights every time. */
function network(...layers: tf.layers.Layer[]): tf.LayersModel {
  // The same names every time: TensorFlow.js numbers them on from network to network.
  layers.forEach((layer, index) => (layer.name = `layer${index}`));
  const input = tf.input({ shape: [12, 12, 2] });
  const all = [
    ...layers,
    L.flatten(),
    L.dense({ name: 'output', units: classes, activation: 'softmax', kernelInitializer: seeded() }),
  ];
  return tf.model({
    inputs: input,
    outputs: all.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input),
  });
}

const convolution = (more: { filters?: number; activation?: 'relu' | 'sigmoid'; padding?: 'same' } = {}) =>
  L.conv2d({ filters: 4, kernelSize: 3, kernelInitializer: seeded(), ...more });

function branches(merge: (inputs: tf.SymbolicTensor[]) => tf.SymbolicTensor): tf.LayersModel {
  const input = tf.input({ shape: [12, 12, 2] });
  const left = convolution({ padding: 'same' }).apply(input) as tf.SymbolicTensor;
  const right = convolution({ padding: 'same', activation: 'relu' }).apply(input) as tf.SymbolicTensor;
  const features = L.globalAveragePooling2d({}).apply(merge([left, right])) as tf.SymbolicTensor;
  const output = L.dense({ units: classes, activation: 'softmax', kernelInitializer: seeded() }).apply(
    features,
  );
  return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
}

const merged = (layer: () => tf.layers.Layer) => () =>
  branches((inputs) => layer().apply(inputs) as tf.SymbolicTensor);

const networks: Readonly<Record<string, () => tf.LayersModel>> = {
  Dropout: () => network(convolution({ activation: 'relu' }), L.dropout({ rate: 0.4 })),
  'Dropout of whole maps': () =>
    network(convolution(), L.dropout({ rate: 0.4, noiseShape: [null, 1, 1, 4] as unknown as number[] })),
  GaussianDropout: () => network(convolution(), L.gaussianDropout({ rate: 0.3 })),
  GaussianNoise: () => network(convolution(), L.gaussianNoise({ stddev: 0.2 })),
  'BatchNormalization of rows': () => network(convolution(), L.batchNormalization({ axis: 1 })),
  'BatchNormalization without center': () => network(convolution(), L.batchNormalization({ center: false })),
  ReLU: () => network(convolution(), L.reLU({ maxValue: 0.3 })),
  ThresholdedReLU: () => network(convolution(), L.thresholdedReLU({ theta: 0.2 })),
  Softmax: () => network(convolution(), L.softmax({ axis: -1 })),
  Permute: () => network(convolution(), L.permute({ dims: [3, 1, 2] })),
  Cropping2D: () =>
    network(
      convolution(),
      L.cropping2D({
        cropping: [
          [1, 0],
          [2, 1],
        ],
      }),
    ),
  'pooling of windows that overlap': () =>
    network(convolution({ activation: 'sigmoid' }), L.maxPooling2d({ poolSize: 3, strides: 2 })),
  'pooling to the same size': () =>
    network(convolution({ activation: 'relu' }), L.maxPooling2d({ poolSize: 2, padding: 'same' })),
  'UpSampling2D by bilinear weights': () =>
    network(convolution(), L.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })),
  Add: merged(() => L.add()),
  Average: merged(() => L.average()),
  Maximum: merged(() => L.maximum()),
  Minimum: merged(() => L.minimum()),
  Multiply: merged(() => L.multiply()),
  Concatenate: merged(() => L.concatenate()),
  'an output of sigmoids': () => {
    const input = tf.input({ shape: [12, 12, 2] });
    const flat = L.flatten().apply(convolution().apply(input)) as tf.SymbolicTensor;
    const output = L.dense({ units: classes, activation: 'sigmoid', kernelInitializer: seeded() }).apply(
      flat,
    );
    return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
  },
  'an activation that both pooling and another layer see': () => {
    const input = tf.input({ shape: [12, 12, 2] });
    const maps = convolution({ padding: 'same', activation: 'relu' }).apply(input) as tf.SymbolicTensor;
    const pooled = L.flatten().apply(L.maxPooling2d({ poolSize: 2 }).apply(maps)) as tf.SymbolicTensor;
    const mean = L.globalAveragePooling2d({}).apply(maps) as tf.SymbolicTensor;
    const joined = L.concatenate().apply([pooled, mean]) as tf.SymbolicTensor;
    const output = L.dense({ units: classes, activation: 'softmax', kernelInitializer: seeded() }).apply(
      joined,
    );
    return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
  },
};

const optimizer = traceOptimizer('momentum');
const setup = (model: tf.LayersModel): StepSetup => ({ model, images, classes, optimizer, batchSize });

describe.runIf(await hasTensorFlow())('the compiled step', () => {
  it.each(Object.keys(networks))('learns %s as the eager step does', async (name) => {
    const make = networks[name] as () => tf.LayersModel;
    const [eager, compiled] = stepKinds.map((kind) => makeStep(kind, setup(make()))) as [
      TrainingStep,
      TrainingStep,
    ];
    try {
      for (const batch of batches) {
        const expected = eager.train(batch, 0.05);
        const metrics = compiled.train(batch, 0.05);
        expect(metrics.loss).toBeCloseTo(expected.loss, 4);
      }
      expect(compiled.evaluate(images).loss).toBeCloseTo(eager.evaluate(images).loss, 4);
      const [saved, expected] = [await compiled.state(), await eager.state()];
      saved.weights.forEach(({ values }, index) => {
        expectClose(values, expected.weights[index]?.values as Float32Array);
      });
      saved.optimizer.forEach(({ values }, index) => {
        expectClose(values, expected.optimizer[index]?.values as Float32Array);
      });
    } finally {
      eager.dispose();
      compiled.dispose();
    }
  });

  it('sees augmented images as the eager step does', () => {
    const augmentation = { shift: 0.1, rotate: 20, zoom: 0.2, flipHorizontal: true, noise: 0.05 };
    const steps = stepKinds.map((kind) =>
      makeStep(kind, { ...setup(network(convolution({ activation: 'relu' }))), training: { augmentation } }),
    );
    const [eager, compiled] = steps.map((step) => batches.map((batch) => step.train(batch, 0.05).loss));
    expectClose(compiled as number[], eager as number[]);
    for (const step of steps) step.dispose();
  });

  it.each(stepKinds)('or the %s one, stopped and resumed, ends with the very same weights', async (kind) => {
    const make = () =>
      network(convolution({ activation: 'relu' }), L.batchNormalization(), L.dropout({ rate: 0.3 }));
    const adam = { ...setup(make()), optimizer: traceOptimizer('adam') };
    const whole = makeStep(kind, adam);
    for (const batch of batches.slice(0, 10)) whole.train(batch, 0.001);
    const saved = await whole.state();
    for (const batch of batches.slice(10)) whole.train(batch, 0.001);

    const resumed = makeStep(kind, { ...adam, model: make() });
    resumed.restore(saved);
    for (const batch of batches.slice(10)) resumed.train(batch, 0.001);
    expect(await resumed.state()).toEqual(await whole.state());
    expect(saved.step).toBe(10);
    whole.dispose();
    resumed.dispose();
  });

  it('draws other noise at every step', () => {
    const step = makeStep('compiled', setup(network(L.dropout({ rate: 0.5 }))));
    const batch = batches[0] as Int32Array;
    const losses = Array.from({ length: 5 }, () => step.train(batch, 1e-9).loss);
    expect(new Set(losses).size).toBe(5);
    step.dispose();
  });

  it('takes batches of a size that it was not made for, and keeps what it learned', () => {
    const steps = stepKinds.map((kind) =>
      makeStep(kind, setup(network(convolution({ activation: 'relu' })))),
    );
    const sizes = [16, 5, 16, 3, 8];
    const [eager, compiled] = steps.map((step) =>
      sizes.map(
        (size) =>
          step.train(
            Int32Array.from({ length: size }, (_, index) => index),
            0.05,
          ).loss,
      ),
    ) as [number[], number[]];
    expectClose(compiled, eager);
    for (const step of steps) step.dispose();
  });

  it('looks at every layer as the eager step does', () => {
    const pixels = sliceImages(images, 5, 6).pixels;
    const make = () => network(convolution({ activation: 'relu' }), L.maxPooling2d({ poolSize: 2 }));
    const [eager, compiled] = stepKinds.map((kind) => {
      const step = makeStep(kind, setup(make()));
      step.train(batches[0] as Int32Array, 0.05);
      const seen = step.activations(pixels);
      step.dispose();
      return seen;
    });
    expect(compiled?.layers.map(({ shape }) => shape)).toEqual([
      [12, 12, 2],
      [10, 10, 4],
      [5, 5, 4],
      [1, 1, 100],
      [1, 1, classes],
    ]);
    compiled?.layers.forEach(({ values }, index) => {
      expectClose(values, eager?.layers[index]?.values as Float32Array);
    });
    expectClose(compiled?.output as Float32Array, eager?.output as Float32Array);
  });

  it('refuses the state of another network, by the name of the tensor', async () => {
    const one = makeStep('compiled', setup(network(convolution({ filters: 3 }))));
    const other = makeStep('compiled', setup(network(convolution({ filters: 4 }))));
    const state = await one.state();
    expect(() => {
      other.restore(state);
    }).toThrow(/kernel is 3 x 3 x 2 x 3, but the network needs 3 x 3 x 2 x 4/);
    one.dispose();
    other.dispose();
  });

  it('gives way to the eager step for a layer that it does not know, and says so', () => {
    class Doubled extends tf.layers.Layer {
      static readonly className = 'Doubled';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.tidy(() => ([inputs].flat()[0] as tf.Tensor).mul(2));
      }
    }
    const said: string[] = [];
    const before = tf.memory().numTensors;
    const step = createTrainingStep({
      model: network(new Doubled({})),
      training: trainingSpec.parse({ batchSize }),
      trainingImages: images,
      classes,
      log: (sentence) => said.push(sentence),
    });
    expect(step.kind).toBe('eager');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('layer0 (Doubled)');
    expect(step.train(batches[0] as Int32Array, 0.01).loss).toBeGreaterThan(0);
    step.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < actual.length; index++) {
    expect(actual[index]).toBeCloseTo(expected[index] as number, 4);
  }
}

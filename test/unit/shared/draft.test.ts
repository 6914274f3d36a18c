import { afterEach, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import { describeDraft, mostParameters } from '#shared/draft';
import { modelSpec } from '#shared/spec';
import { buildModel } from '../../../electron/lab/model/build';
import { presets } from '../../../electron/lab/model/presets';
import { summarize } from '../../../electron/lab/model/summary';
import keras from '../../fixtures/keras/layers.json';

type Layers = z.input<typeof modelSpec>['layers'];

const setting = { inputShape: [28, 28, 1], classes: 10 } as const;
const ending: Layers = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes', activation: 'softmax' }];

function draftOf(layers: Layers) {
  return describeDraft(modelSpec.parse({ name: 'draft', layers }), setting);
}

describe('a draft', () => {
  afterEach(() => {
    tf.disposeVariables();
  });

  it.each(keras)(
    'of $layer.kind $case has the shapes and parameters of Keras',
    ({ layer, shape, parameters }) => {
      const { layers, mistakes } = draftOf([firstConv, layer as Layers[number], ...ending]);
      expect(mistakes).toEqual([]);
      expect(layers[1]).toMatchObject({ outputShape: shape, parameters });
    },
  );

  it.each([
    ...presets.map(({ id, spec }) => ({ of: id, spec })),
    ...keras.map(({ layer, case: name }) => ({
      of: `${layer.kind} ${name}`,
      spec: modelSpec.parse({ name: 'draft', layers: [firstConv, layer, ...ending] }),
    })),
  ])('of $of says what the network that is built comes to', ({ spec }) => {
    const model = buildModel(spec, { ...setting, seed: 1 });
    const { layers, ...summary } = summarize(model);
    const draft = describeDraft(spec, setting);
    const facts = layers.map(({ name, type, outputShape, parameters, flops }) => {
      return { name, type, outputShape, parameters, flops };
    });
    expect(draft.layers).toEqual(facts);
    const { parameters, trainableParameters, flops } = summary;
    expect(draft).toMatchObject({ parameters, trainableParameters, flops });
  });
});

const firstConv = { kind: 'conv2d', filters: 4, kernelSize: 3 } as const;

describe('a mistake', () => {
  it('is said at the layer that causes it, and what comes before keeps its facts', () => {
    const pool = { kind: 'maxPooling2d' } as const;
    const conv = { kind: 'conv2d', filters: 8, kernelSize: 3 } as const;
    const { layers, mistakes, parameters } = draftOf([conv, pool, conv, pool, conv, pool, conv, ...ending]);
    expect(mistakes).toEqual([{ layer: 6, about: 'layer', message: 'a 3x3 window does not fit a 1x1 map' }]);
    expect(layers.map(({ outputShape }) => outputShape?.join('x') ?? null)).toEqual([
      '26x26x8',
      '13x13x8',
      '11x11x8',
      '5x5x8',
      '3x3x8',
      '1x1x8',
      null,
      null,
      null,
    ]);
    expect(parameters).toBe(80 + 584 + 584);
  });

  it.each<[string, Layers, readonly (readonly [number, string])[]]>([
    [
      'maps after flatten',
      [{ kind: 'flatten' }, firstConv, { kind: 'globalMaxPooling2d' }, ...ending],
      [
        [1, 'needs feature maps, but its input is flat'],
        [2, 'needs feature maps, but its input is flat'],
      ],
    ],
    [
      'a dense layer on maps',
      [firstConv, { kind: 'dense', units: 'classes', activation: 'softmax' }],
      [[1, 'is given feature maps: it needs Flatten or global pooling before it']],
    ],
    [
      'no classifier at the end',
      [firstConv],
      [
        [0, 'the model ends in feature maps of 26x26x4; end it with Flatten and a Dense layer'],
        [0, 'the model must end in a softmax, which cross-entropy is computed from'],
      ],
    ],
    [
      'other units than classes, and no softmax',
      [{ kind: 'flatten' }, { kind: 'dense', units: 12 }],
      [
        [
          1,
          "the model ends in 12 values, but the data has 10 classes; end it with a dense layer of 'classes' units",
        ],
        [1, 'the model must end in a softmax, which cross-entropy is computed from'],
      ],
    ],
    [
      'two that have nothing to do with each other',
      [
        { kind: 'maxPooling2d', poolSize: 40 },
        { kind: 'flatten' },
        { kind: 'dense', units: 12, activation: 'softmax' },
      ],
      [
        [0, 'a 40x40 window does not fit a 28x28 map'],
        [
          2,
          "the model ends in 12 values, but the data has 10 classes; end it with a dense layer of 'classes' units",
        ],
      ],
    ],
    [
      'cropping everything away',
      [{ kind: 'cropping2d', cropping: [2, 14] }, ...ending],
      [[0, 'cropping 2 and 14 lines on each side leaves nothing of a 28x28 map']],
    ],
  ])('is %s', (_, layers, expected) => {
    const { mistakes } = draftOf(layers);
    expect(mistakes.map(({ layer, message }) => [layer, message])).toEqual(expected);
  });

  it('is a network too large to be made, which is told without making it', () => {
    const { mistakes, parameters } = draftOf([
      { kind: 'conv2d', filters: 4096, kernelSize: 3 },
      { kind: 'conv2d', filters: 4096, kernelSize: 26 },
      ...ending,
    ]);
    expect(parameters).toBeGreaterThan(mostParameters);
    expect(mistakes).toEqual([
      {
        layer: 1,
        about: 'layer',
        message: 'holds 11,341 million weights, and a model may hold 200 million',
      },
    ]);
  });
});

import type { CardLayer, ModelCard } from '#shared/models';
import { usualPreprocessing } from '#shared/spec';

/** A layer that reads others. */
export function layer(
  name: string,
  type: string,
  inputs: readonly string[],
  more: Partial<CardLayer> = {},
): CardLayer {
  return {
    name,
    type,
    outputShape: [8, 8, 4],
    parameters: 0,
    flops: null,
    problem: null,
    inputs,
    attributes: [],
    weights: [],
    within: 0,
    ...more,
  };
}

export function card(layers: readonly CardLayer[], file = '/models/net.keras'): ModelCard {
  return {
    file,
    name: 'net',
    format: 'Keras archive',
    producer: null,
    version: null,
    kind: 'layers',
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    weightBytes: 0,
    activationBytes: null,
    flops: null,
    inputShape: [8, 8, 3],
    images: [8, 8, 3],
    preprocessing: usualPreprocessing,
    preprocessingFrom: 'assumed',
    outputs: [],
    classes: null,
    classesFrom: 'assumed',
    layers,
    weightedLayers: 0,
    untrainable: null,
    notes: [],
  };
}

/** One way through a convolution and its normalization, one around it; two heads. */
export const residual: readonly CardLayer[] = [
  layer('stem', 'Conv2D', ['picture'], {
    parameters: 100,
    attributes: [{ name: 'kernel size', value: '3 × 3' }],
    weights: [
      {
        name: 'kernel',
        shape: [3, 3, 3, 4],
        statistics: { least: -0.5, mean: 0.125, largest: 0.75, deviation: 0.25 },
      },
    ],
  }),
  layer('conv', 'Conv2D', ['stem'], { parameters: 200 }),
  layer('norm', 'BatchNormalization', ['conv'], { parameters: 16 }),
  layer('relu', 'Activation', ['norm']),
  layer('add', 'Add', ['relu', 'stem']),
  layer('left', 'Dense', ['add'], { outputShape: [2] }),
  layer('right', 'Dense', ['add'], { outputShape: [3] }),
];

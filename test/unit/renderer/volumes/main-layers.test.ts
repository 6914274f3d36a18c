import { describe, expect, it } from 'vitest';
import { mainLayers, passesOn, shortNetwork, standingFor } from '../../../../renderer/volumes/main-layers';
import { layer, mobileNet, named } from './stage-layers';

describe('mainLayers', () => {
  it('shows every layer of a short network', () => {
    const layers = mobileNet().slice(0, shortNetwork);
    expect(mainLayers(layers)).toHaveLength(shortNetwork);
  });

  it('shows the convolutions, the pooling, the input and the output of MobileNet', () => {
    const layers = mobileNet();
    const main = mainLayers(layers).map((i) => layers[i]?.title);
    expect(layers.length).toBeGreaterThan(85);
    expect(main[0]).toBe('InputLayer');
    expect(main.filter((title) => title?.endsWith('Conv2D'))).toHaveLength(28);
    expect(main.slice(-3)).toEqual(['GlobalAveragePooling2D', 'Conv2D', 'Activation']);
    expect(main).toHaveLength(31);
  });

  it('keeps layers that compute where nobody counted their weights', () => {
    const convolutions = Array.from({ length: 20 }, () => layer('Conv', [8, 8, 4]));
    const layers = named([layer('Input', [8, 8, 4]), ...convolutions]);
    expect(mainLayers(layers)).toHaveLength(21);
  });

  it.each([
    'Relu',
    'Relu6',
    'LeakyReLU',
    'BatchNormalization',
    'FusedBatchNormV3',
    'SpatialDropout2D',
    'Add',
  ])('knows that %s passes values on', (title) => {
    expect(passesOn(layer(title, [8, 8, 4]))).toBe(true);
  });

  it.each([
    'Conv2D',
    'SeparableConv2D',
    'MaxPool',
    'Dense',
    'Gemm',
    'Concatenate',
    'UpSampling2D',
    'Resizing',
  ])('knows that %s makes something new', (title) => {
    expect(passesOn(layer(title, [8, 8, 4]))).toBe(false);
  });
});

describe('standingFor', () => {
  it('finds the layer on the stage whose values a layer passes on', () => {
    const drawn = [0, 1, 4, 7];
    expect([0, 1, 2, 3, 4, 6, 9].map((layer) => standingFor(drawn, layer))).toEqual([0, 1, 1, 1, 2, 2, 3]);
  });
});

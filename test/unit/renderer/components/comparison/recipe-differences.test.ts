import { describe, expect, it } from 'vitest';
import { recipe as recipeSchema, type DataSpec, type Recipe } from '#shared/spec';
import { recipeDifferences } from '../../../../../renderer/components/comparison/recipe-differences';

const titles: Partial<Record<DataSpec['source'], string>> = { digits: 'Digits', mnist: 'MNIST' };
const differences = (...recipes: readonly Recipe[]) =>
  recipeDifferences(recipes, (source) => titles[source] ?? source).map(({ label, values }) => [
    label,
    ...values,
  ]);

const conv = { kind: 'conv2d', filters: 8, kernelSize: 3, activation: 'relu' };
const flatten = { kind: 'flatten' };
const dense = { kind: 'dense', units: 'classes', activation: 'softmax' };

function made(
  training: Readonly<Record<string, unknown>> = {},
  { data = { source: 'digits' } as unknown, layers = [conv, flatten, dense] as unknown } = {},
): Recipe {
  return recipeSchema.parse({ model: { name: 'net', layers }, data, training });
}

describe('the differences of recipes', () => {
  it('are none between equal ones, and none of one alone', () => {
    expect(differences(made(), made(), made())).toEqual([]);
    expect(differences(made({ epochs: 3 }))).toEqual([]);
  });

  it('name the fields that differ and no other', () => {
    expect(
      differences(
        made({ epochs: 5, optimizer: { kind: 'rmsprop', learningRate: 0.001 } }),
        made({ epochs: 5, optimizer: { kind: 'rmsprop', learningRate: 0.01 }, batchSize: 1024 }),
      ),
    ).toEqual([
      ['Batch size', '64', '1,024'],
      ['Learning rate', '0.001', '0.01'],
    ]);
  });

  it('pass over what only another optimizer has, unless it is not as usual', () => {
    const adam = made({ optimizer: { kind: 'adam', learningRate: 0.01 } });
    expect(differences(adam, made({ optimizer: { kind: 'sgd' } }))).toEqual([['Optimizer', 'Adam', 'SGD']]);
    expect(differences(adam, made({ optimizer: { kind: 'sgd', momentum: 0.9 } }))).toEqual([
      ['Optimizer', 'Adam', 'SGD'],
      ['Momentum', null, '0.9'],
    ]);
  });

  it('tell what is on, and how, of parts that may be off', () => {
    expect(
      differences(
        made({ earlyStopping: { patience: 7 }, schedule: { kind: 'step', factor: 0.3 } }),
        made({ augmentation: { rotate: 15 } }),
      ),
    ).toEqual([
      ['Learning rate schedule', 'Step', 'Constant'],
      ['Schedule: Factor', '0.3', null],
      ['Early stopping', 'Validation loss', 'off'],
      ['Early stopping: Patience', '7', null],
      ['Augment training images', 'no', 'yes'],
      ['Augmentation: Rotate, °', null, '15'],
    ]);
  });

  it('begin with the images', () => {
    expect(
      differences(
        made({ seed: 1 }, { data: { source: 'digits', limit: 1000 } }),
        made({ seed: 2 }, { data: { source: 'mnist', folder: '/data/mnist' } }),
      ),
    ).toEqual([
      ['Source', 'Digits', 'MNIST'],
      ['At most', '1,000', 'all images'],
      ['Folder', null, '/data/mnist'],
      ['Seed', '1', '2'],
    ]);
  });

  it('are told layer by layer where models have the same kinds of layers', () => {
    const wide = { ...conv, filters: 32, kernelSize: [3, 5] };
    expect(differences(made(), made({}, { layers: [wide, flatten, { ...dense, useBias: false }] }))).toEqual([
      ['Layer 1, Conv2D: filters', '8', '32'],
      ['Layer 1, Conv2D: kernel', '3', '3 x 5'],
      ['Layer 3, Dense: bias', 'yes', 'no'],
    ]);
  });

  it('are told as lists, without what all have at both ends, where models are built otherwise', () => {
    const dropped = made({}, { layers: [conv, { kind: 'dropout', rate: 0.5 }, flatten, dense] });
    const deep = made({}, { layers: [conv, conv, { ...dense, units: 64 }, flatten, dense] });
    expect(differences(made(), dropped, deep)).toEqual([
      [
        'Layers from the 2nd on',
        null,
        'Dropout, rate 0.5',
        'Conv2D, filters 8, kernel 3, activation relu\nDense, units 64, activation softmax',
      ],
    ]);
  });

  it('name the file of a network that was opened', () => {
    const opened = recipeSchema.parse({
      model: { name: 'lenet', file: '/models/lenet.h5', trainableLayers: 1 },
      data: { source: 'digits' },
      training: {},
    });
    expect(differences(opened, made())).toEqual([
      ['Model', 'lenet', 'net'],
      ['File', '/models/lenet.h5', null],
      ['Layers trained', 'last 1', null],
      [
        'Layers',
        null,
        'Conv2D, filters 8, kernel 3, activation relu\nFlatten\nDense, units classes, activation softmax',
      ],
    ]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { buildModel } from '../../../../../electron/lab/model/build';
import type { Preset } from '#shared/api';
import { presets } from '../../../../../electron/lab/model/presets';
import { summarize } from '../../../../../electron/lab/model/summary';
import keras from '../../../../fixtures/keras/summaries.json';

const expected: Readonly<Record<string, { parameters: number; text: string }>> = keras;

describe('summary', () => {
  afterEach(() => {
    tf.disposeVariables();
  });

  it.each(presets.map(({ id, spec }) => ({ id, spec })))(
    'of $id is the table that Keras prints',
    ({ id, spec }) => {
      const model = buildModel(spec, { inputShape: [28, 28, 1], classes: 10, seed: 1 });
      const { text, parameters } = summarize(model);
      expect(text).toBe(expected[id]?.text);
      expect(parameters).toBe(expected[id]?.parameters);
    },
  );

  it("counts the textbook's parameters layer by layer (Deep Learning with Python, 5.1)", () => {
    const seed = presets.find(({ id }) => id === 'seed') as Preset;
    const model = buildModel(seed.spec, { inputShape: [28, 28, 1], classes: 10, seed: 1 });
    const { layers, parameters } = summarize(model);
    expect(layers.map((layer) => layer.parameters)).toEqual([320, 0, 18_496, 0, 36_928, 0, 36_928, 650]);
    expect(parameters).toBe(93_322);
  });
});

import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { inspect } from '../../../../../../electron/lab/insight/inspect';
import { patternInput } from '../../../../../../electron/lab/insight/pattern';
import { openModel } from '../../../../../../electron/lab/model/open';
import expected from '../../../../../fixtures/models/saved-models/expected.json' with { type: 'json' };

await startEngine('wasm');

const fixtures = path.join(import.meta.dirname, '../../../../../fixtures/models/saved-models');

describe('SavedModels without TensorFlow', () => {
  it('computes on WebAssembly what became layers', async () => {
    const wanted = expected['keras2-nested'];
    const model = await openModel(path.join(fixtures, 'keras2-nested'));
    const { output } = await inspect(model, patternInput(wanted.input));
    model.dispose();
    wanted.outputs.scores.values.forEach((value, index) => expect(output?.[index]).toBeCloseTo(value, 4));
  });

  it('says of a graph that it needs TensorFlow, and how to get it', async () => {
    const before = tf.memory().numTensors;
    await expect(openModel(path.join(fixtures, 'module'))).rejects.toThrow(
      /runs only on TensorFlow, but the engine in use is WebAssembly; .* doctor/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shows the layers before one that only Python knows', async () => {
    const model = await openModel(path.join(fixtures, 'keras2-custom'));
    const { layers } = await inspect(model, patternInput([1, 8, 9, 2]));
    expect(layers.map(({ name }) => name)).toContain('conv');
    expect(model.notes.join(' ')).toMatch(/ends early: the layer doubled/);
    model.dispose();
  });
});

import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { inputShapeOf, inspect, type InspectedLayer } from '../../../../../../electron/lab/insight/inspect';
import { patternInput, shapeForOne } from '../../../../../../electron/lab/insight/pattern';
import { openModel } from '../../../../../../electron/lab/model/open';
import told from '../../../../../fixtures/models/keras/expected.json';

interface Told {
  readonly input: readonly number[];
  readonly parameters: number;
  readonly layers: readonly InspectedLayer[];
  readonly output: readonly number[] | null;
}

const folder = path.join(import.meta.dirname, '../../../../../fixtures/models/keras');
const all: Readonly<Record<string, Told>> = told;

/** Made by test/fixtures/models/keras/make_models.py; the numbers are Keras's own. */
describe.each(Object.entries(all))('%s', (file, expected) => {
  it('is opened whole, and computes what Keras computes', async () => {
    const model = await openModel(path.join(folder, file));
    const input = shapeForOne(inputShapeOf(model));
    expect(input).toEqual(expected.input);
    const found = await inspect(model, patternInput(input));
    expect(found.parameters).toBe(expected.parameters);
    for (const layer of expected.layers) {
      const same = found.layers.find(({ name }) => name === layer.name);
      expect(same, layer.name).toBeDefined();
      expect({ type: same?.type, shape: same?.shape }).toEqual({ type: layer.type, shape: layer.shape });
      expectClose(
        [same?.mean, same?.std, ...(same?.first ?? [])],
        [layer.mean, layer.std, ...layer.first],
        layer.name,
      );
    }
    if (expected.output === null) expect(found.output).toBeNull();
    else expectClose(found.output?.slice(0, 16) ?? [], expected.output, 'output');
    model.dispose();
  });

  it('leaves no tensor behind when it is closed', async () => {
    const before = tf.memory().numTensors;
    const model = await openModel(path.join(folder, file));
    await inspect(model, patternInput(shapeForOne(inputShapeOf(model))));
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

function expectClose(
  found: readonly (number | undefined)[],
  expected: readonly number[],
  what: string,
): void {
  expect(found.length, what).toBe(expected.length);
  expected.forEach((wanted, index) => {
    const error = Math.abs((found[index] ?? NaN) - wanted) / Math.max(1, Math.abs(wanted));
    expect(error, `${what}: ${String(found[index])} for ${String(wanted)}`).toBeLessThan(1e-5);
  });
}

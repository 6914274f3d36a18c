import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputShapeOf, inspect } from '../../../../../../electron/lab/insight/inspect';
import { patternInput, shapeForOne } from '../../../../../../electron/lab/insight/pattern';
import { openModel } from '../../../../../../electron/lab/model/open';
import { describeWithRealData } from '../../../../../real-data';

interface ExpectedLayer {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly first: readonly number[];
}

interface Expected {
  readonly input: readonly number[];
  readonly parameters?: number;
  readonly layers?: readonly ExpectedLayer[];
  readonly output?: readonly number[];
}

/** What Keras 3 and Keras 2 compute for these files (the data's README). */
describeWithRealData('models trained by others', 'models', (folder) => {
  const all = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Record<
    string,
    Expected
  >;
  const ofLayers = Object.entries(all).filter(([, { layers }]) => layers !== undefined);

  describe.each(ofLayers)('%s', (file, expected) => {
    it('computes what Keras computes, layer by layer', async () => {
      const model = await openModel(path.join(folder, file));
      const input = shapeForOne(inputShapeOf(model));
      expect(input).toEqual(expected.input);
      const found = await inspect(model, patternInput(input));
      model.dispose();
      expect(found.parameters).toBe(expected.parameters);
      expect(found.layers.map(({ name, type, shape }) => ({ name, type, shape }))).toEqual(
        expected.layers?.map(({ name, type, shape }) => ({ name, type, shape })),
      );
      expected.layers?.forEach((layer, index) => {
        const { mean, std, first } = found.layers[index] as ExpectedLayer;
        expectClose([mean, std, ...first], [layer.mean, layer.std, ...layer.first], layer.name);
      });
      expectClose(found.output?.slice(0, expected.output?.length) ?? [], expected.output ?? [], 'output');
    });
  });
});

/** Within 1e-4, of large values relative to their size. */
function expectClose(found: readonly number[], expected: readonly number[], what: string): void {
  expect(found.length, what).toBe(expected.length);
  found.forEach((value, index) => {
    const wanted = expected[index] as number;
    const error = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    expect(error, `${what}: ${String(value)} for ${String(wanted)}`).toBeLessThan(1e-4);
  });
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { saveModel } from '../../../../../../electron/lab/model/saving/save';
import { saveFormats } from '#shared/saving';
import { describeWithKeras, type FoundModels } from '../../../../../fixtures/saving/saved-models';
import { examples, maximumDifference } from './networks';

await startEngine('auto');

const networks = examples();
let folder: string;

/** Each network in a folder of its own, in every format that holds it; SavedModel and TensorFlow.js are folders there. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-saved-'));
  for (const { id, model, input, formats } of networks) {
    const shape = input.shape;
    await mkdir(path.join(folder, id));
    await writeFile(
      path.join(folder, id, 'input.json'),
      JSON.stringify({ shape, values: [...(await input.data())] }),
    );
    for (const { id: format, extension } of saveFormats.filter((one) => formats.includes(one.id))) {
      const at = extension === null ? path.join(folder, id, format) : path.join(folder, id);
      await mkdir(at, { recursive: true });
      for (const file of await saveModel({ model, classes: null, preprocessing: null }, format)) {
        await writeFile(path.join(at, file.path), file.bytes);
      }
    }
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

await describeWithKeras('networks saved for Keras and TensorFlow', (open) => {
  let found: FoundModels;
  beforeAll(async () => {
    found = await open(folder);
  }, 300_000);

  describe.each(networks)('$id', ({ id, model, output, formats }) => {
    it.each([
      ['keras', 'keras'],
      ['h5', 'h5'],
      ['h5', 'h5 in Keras 2'],
    ])('computes the same from %s, as %s', (format, program) => {
      if (!formats.includes(format)) {
        expect(found[id]?.[program]).toBeUndefined();
        return;
      }
      const opened = found[id]?.[program];
      expect(maximumDifference(opened?.output, output)).toBeLessThan(1e-6);
      expect(opened?.parameters).toBe(model.countParams());
      expect(opened?.trainable).toBe(sizes(model.trainableWeights));
      expect(opened?.layers).toHaveLength(model.layers.length);
    });

    it('is served from a SavedModel by the names of its first and last layer', () => {
      const opened = found[id]?.['savedmodel'];
      expect(opened?.input).toBe(model.inputs[0]?.sourceLayer.name);
      expect(maximumDifference(opened?.output, output)).toBeLessThan(1e-6);
    });
  });
});

describe.each(networks)('$id as ONNX', ({ id, input, output }) => {
  it('computes the same in ONNX Runtime, from images with their channels last', async () => {
    const session = await InferenceSession.create(path.join(folder, id, 'model.onnx'));
    const [name] = session.inputNames;
    const feed = new Tensor('float32', (await input.data()) as Float32Array, input.shape);
    const results = await session.run({ [String(name)]: feed });
    const [given] = Object.values(results);
    expect(maximumDifference(given?.data as Float32Array, output)).toBeLessThan(1e-6);
  });
});

describe.each(networks.filter(({ formats }) => formats.includes('tfjs')))(
  '$id as TensorFlow.js layers',
  ({ id, input, output, model }) => {
    it('computes the same when TensorFlow.js itself loads it', async () => {
      const at = path.join(folder, id, 'tfjs');
      const { modelTopology, weightsManifest } = JSON.parse(
        await readFile(path.join(at, 'model.json'), 'utf8'),
      ) as { readonly modelTopology: object; readonly weightsManifest: tf.io.WeightsManifestConfig };
      const [{ paths, weights }] = weightsManifest as [tf.io.WeightsManifestConfig[number]];
      const bytes = await readFile(path.join(at, String(paths[0])));
      const loaded = await tf.loadLayersModel(
        tf.io.fromMemory({ modelTopology, weightSpecs: weights, weightData: Uint8Array.from(bytes).buffer }),
      );
      const again = (loaded.predict(input) as tf.Tensor).dataSync();
      expect(maximumDifference(again as Float32Array, output)).toBeLessThan(1e-6);
      expect(loaded.countParams()).toBe(model.countParams());
    });
  },
);

function sizes(weights: readonly { readonly shape: tf.Shape }[]): number {
  return weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { openModel } from '../../../../../../electron/lab/model/open';
import { presets } from '../../../../../../electron/lab/model/presets';
import { saveModel } from '../../../../../../electron/lab/model/saving/save';
import { preprocessing } from '#shared/spec';
import { Refusal } from '#shared/errors';
import { examples, maximumDifference, type Example } from './networks';

await startEngine('auto');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-saving-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const formats = ['tfjs', 'keras', 'h5', 'onnx', 'savedmodel'] as const;

describe.each(examples())('$id', ({ id, model, input, output, formats: holding }) => {
  const those = formats.filter((format) => holding.includes(format));
  it.each(those)('is the same after it was saved as %s and opened again', async (format) => {
    const at = path.join(folder, `${id}-${format}`);
    await mkdir(at);
    for (const file of await saveModel({ model, classes: null, preprocessing: null }, format)) {
      await writeFile(path.join(at, file.path), file.bytes);
    }
    const opened = await openModel(at);
    try {
      // Graphs stay graphs; of presets ONNX tells the layers too.
      if (format !== 'savedmodel' && (format !== 'onnx' || isPreset(id))) expect(opened.notes).toEqual([]);
      const [again] = await run(opened.network, input);
      expect(maximumDifference(again, output)).toBeLessThan(1e-6);
    } finally {
      opened.dispose();
    }
  });
});

function isPreset(id: string): boolean {
  return presets.some((preset) => preset.id === id);
}

describe('what is known of a network', () => {
  it.each(formats)('is kept in %s', async (format) => {
    const [{ model }] = examples() as [Example];
    const classes = Array.from({ length: 10 }, (_, digit) => `digit ${String(digit)}`);
    const known = { classes, preprocessing: preprocessing.parse({ range: [-1, 1], mean: [0.1] }) };
    const at = path.join(folder, `known-${format}`);
    await mkdir(at);
    for (const file of await saveModel({ model, ...known }, format)) {
      await writeFile(path.join(at, file.path), file.bytes);
    }
    const opened = await openModel(at);
    opened.dispose();
    expect(opened.classes).toEqual(classes);
    // A SavedModel has no place for it that others would not trip over.
    expect(opened.preprocessing).toEqual(format === 'savedmodel' ? null : known.preprocessing);
  });
});

describe('what a format cannot hold', () => {
  it.each([
    ['bent', 'tfjs', /TensorFlow.js layers format cannot hold the layer bent, /],
    ['bent', 'h5', /Keras HDF5 cannot hold the layer \w+, .*activation hard s/],
    ['smooth', 'keras', /Keras archive cannot hold the layer grown, /],
  ] as const)('of %s is refused by name in %s', async (id, format, sentence) => {
    const model = examples().find((one) => one.id === id)?.model;
    const saved = saveModel({ model: model as tf.LayersModel, classes: null, preprocessing: null }, format);
    await expect(saved).rejects.toThrow(sentence);
    await expect(saved).rejects.toBeInstanceOf(Refusal);
  });
});

async function run(
  network: Awaited<ReturnType<typeof openModel>>['network'],
  input: tf.Tensor,
): Promise<readonly Float32Array[]> {
  const made =
    network.kind === 'layers'
      ? [network.model.predict(input)].flat()
      : await network.run([input], network.outputs);
  return Promise.all(made.map(async (tensor) => (await tensor.data()) as Float32Array));
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { openModel } from '../../../../../../electron/lab/model/open';
import { presets } from '../../../../../../electron/lab/model/presets';
import { saveModel } from '../../../../../../electron/lab/model/saving/save';
import { examples, maximumDifference } from './networks';

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

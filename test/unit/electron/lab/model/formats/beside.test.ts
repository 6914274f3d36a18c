import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../../../../../electron/lab/model/open';
import { summarizeOpened } from '../../../../../../electron/lab/model/opened-summary';

const fixtures = path.join(import.meta.dirname, '../../../../../fixtures/models/keras');

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convscope-beside-'));
  await cp(path.join(fixtures, 'tfjs_uint16'), folder, { recursive: true });
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function opened() {
  const model = await openModel(folder);
  model.dispose();
  return model;
}

describe('files beside a model', () => {
  it("of Teachable Machine name the classes and tell the input's range", async () => {
    const metadata = { packageName: '@teachablemachine/image', labels: ['cat', 'dog'], imageSize: 224 };
    await writeFile(path.join(folder, 'metadata.json'), JSON.stringify(metadata));
    const { classes, preprocessing } = await opened();
    expect(classes).toEqual(['cat', 'dog']);
    expect(preprocessing?.range).toEqual([-1, 1]);
  });

  it('name the classes, one a line', async () => {
    await writeFile(path.join(folder, 'labels.txt'), 'a\r\nb\r\n\r\nc');
    expect((await opened()).classes).toEqual(['a', 'b', 'c']);
  });

  it('are passed over where they are broken', async () => {
    await writeFile(path.join(folder, 'metadata.json'), '{');
    const { classes, preprocessing } = await opened();
    expect({ classes, preprocessing }).toEqual({ classes: null, preprocessing: null });
  });
});

describe('an opened model', () => {
  it('that begins by scaling pixels down wants them as they are', async () => {
    const model = await openModel(path.join(fixtures, 'statistics3.keras'));
    expect(model.preprocessing?.range).toEqual([0, 255]);
    model.dispose();
  });

  it('is summarised layer by layer, nested models with their own', async () => {
    const model = await openModel(path.join(fixtures, 'nested3.keras'));
    const { layers, parameters, trainableParameters, flops, inputShape, text } = summarizeOpened(model);
    model.dispose();
    expect(layers.map(({ name, outputShape }) => [name, outputShape])).toContainEqual([
      'stack/residual/inner_conv',
      [5, 5, 3],
    ]);
    const outer = layers.filter(({ name }) => !name.includes('/'));
    expect(outer.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
    expect(outer.reduce((sum, layer) => sum + (layer.flops ?? 0), 0)).toBe(flops);
    // The two averages of both normalisations are not trained.
    expect(parameters - trainableParameters).toBe(2 * (3 + 3));
    expect(inputShape).toEqual([5, 5, 2]);
    expect(text).toContain('stack (Sequential)');
  });
});

import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { openModel } from '../../../../../../electron/lab/model/open';

const fixtures = path.join(import.meta.dirname, '../../../../../fixtures/models/keras');

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convscope-models-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The sentence that opening is refused with. Nothing may be left behind. */
async function refusal(file: string): Promise<string> {
  const before = tf.memory().numTensors;
  const thrown: unknown = await openModel(path.join(folder, file)).then(
    () => 'opened',
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(Refusal);
  expect(tf.memory().numTensors, (thrown as Refusal).message).toBe(before);
  return (thrown as Refusal).message;
}

interface Manifest {
  modelTopology: {
    model_config: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[] }[] }[];
}

/** A copy of a TensorFlow.js model that was changed. */
async function changed(change: (model: Manifest) => void): Promise<void> {
  await cp(path.join(fixtures, 'tfjs_uint8'), folder, { recursive: true });
  const file = path.join(folder, 'model.json');
  const model = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  change(model);
  await writeFile(file, JSON.stringify(model));
}

const only = <T>(list: readonly T[]): T => list[0] as T;

describe('paths in a model', () => {
  it.each([
    '../secret',
    '/etc/hostname',
    'a/../../secret',
    '..\\secret',
    'C:secret',
    'file:///etc/hostname',
    '',
  ])('are refused outside of its folder: %j', async (escape) => {
    await changed((model) => {
      only(model.weightsManifest).paths = [escape];
    });
    expect(await refusal('model.json')).toMatch(
      /model\.json.*(only files in its own folder|weightsManifest)/,
    );
  });

  it('are refused where they are links that lead out of the folder', async () => {
    await mkdir(path.join(folder, 'inner'));
    await writeFile(path.join(folder, 'secret.bin'), new Uint8Array(5000));
    await changed(() => undefined);
    await cp(path.join(folder, 'model.json'), path.join(folder, 'inner', 'model.json'));
    for (const shard of ['group1-shard1of2.bin', 'group1-shard2of2.bin']) {
      await symlink(path.join(folder, 'secret.bin'), path.join(folder, 'inner', shard));
    }
    expect(await refusal('inner/model.json')).toMatch(
      /group1-shard1of2\.bin is a link out of the model's folder/,
    );
  });
});

describe('files that do not hold what they say', () => {
  it('names a shard that is missing', async () => {
    await changed((model) => {
      only(model.weightsManifest).paths = ['gone.bin'];
    });
    expect(await refusal('model.json')).toMatch(/gone\.bin, which it names, is missing/);
  });

  it('tells how much of the weights is missing', async () => {
    await changed((model) => {
      only(model.weightsManifest).paths = ['group1-shard1of2.bin'];
    });
    expect(await refusal('model.json')).toMatch(/holds \d+ bytes, but the manifest lists \d+ bytes/);
  });

  it('takes no memory for weights that cannot be there', async () => {
    await changed((model) => {
      only(only(model.weightsManifest).weights).shape = [2 ** 30, 2 ** 30];
    });
    expect(await refusal('model.json')).toMatch(/its weights take .* MB, more than/);
  });

  it('names the layer whose description and weights differ', async () => {
    await changed((model) => {
      const layer = model.modelTopology.model_config.config.layers.find(({ config }) => 'filters' in config);
      if (layer !== undefined) layer.config['filters'] = 999_999;
    });
    expect(await refusal('model.json')).toMatch(
      /the layer shared \(Conv2D\).*kernel.*but its description needs/,
    );
  });

  it.each([
    { field: 'filters', value: -1 },
    { field: 'kernel_size', value: [1e9, 1e9] },
    { field: 'strides', value: 'x' },
    { field: 'padding', value: 'sideways' },
  ])('names the layer and its field $field', async ({ field, value }) => {
    await changed((model) => {
      const layer = model.modelTopology.model_config.config.layers.find(({ config }) => 'filters' in config);
      if (layer !== undefined) layer.config[field] = value;
    });
    expect(await refusal('model.json')).toMatch(new RegExp(`the layer shared .*its field ${field}`));
  });

  it('names what a topology says of itself and is no text', async () => {
    await changed((model) => {
      Object.assign(model.modelTopology, { keras_version: 3 });
    });
    expect(await refusal('model.json')).toMatch(/modelTopology is wrong at keras_version: .*\.$/);
  });

  it('is refused in one line, whatever the names in it hold', async () => {
    await changed((model) => {
      only(model.weightsManifest).paths = ['two\nlines\u0002.bin'];
    });
    expect(await refusal('model.json')).toMatch(/^[^\p{Cc}]+two lines \.bin[^\p{Cc}]+$/u);
  });

  it('says where JSON breaks off', async () => {
    await changed(() => undefined);
    const text = await readFile(path.join(folder, 'model.json'), 'utf8');
    await writeFile(path.join(folder, 'model.json'), text.slice(0, 5000));
    expect(await refusal('model.json')).toMatch(/model\.json is no JSON: .*position/);
  });

  it('refuses an HDF5 file that was cut off', async () => {
    const bytes = await readFile(path.join(fixtures, 'zoo3.h5'));
    await writeFile(path.join(folder, 'half.h5'), bytes.subarray(0, bytes.length / 2));
    expect(await refusal('half.h5')).toMatch(/half\.h5: .*damaged/);
  });

  it('ends the reading of an HDF5 file that keeps its library busy for ever', async () => {
    const bytes = new Uint8Array(await readFile(path.join(fixtures, 'nested3.h5')));
    // A heap of variable-length texts whose objects have no length: the library looks at the first again and again.
    const heap = Buffer.from(bytes).indexOf('GCOL');
    bytes.fill(0, heap + 16, heap + 64);
    await writeFile(path.join(folder, 'endless.h5'), bytes);
    expect(await refusal('endless.h5')).toMatch(/endless\.h5: /);
    // And the next file is read as if nothing had been.
    (await openModel(path.join(fixtures, 'nested3.h5'))).dispose();
  });

  it('refuses a ZIP archive that claims to unpack to more than it can', async () => {
    const archive = zipSync({ 'config.json': new Uint8Array(100), 'metadata.json': new Uint8Array(1) });
    const bytes = Buffer.from(archive);
    const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(0x7fff_ffff, central + 24);
    await writeFile(path.join(folder, 'bomb.keras'), bytes);
    expect(await refusal('bomb.keras')).toMatch(/config\.json claims to unpack to 2048\.0 MB/);
  });
});

describe('graphs of TensorFlow.js', () => {
  const input = { name: 'input', op: 'Placeholder', input: [], attr: { dtype: { type: 1 } } };
  const versions = { versions: { producer: 1 } };

  async function graph(nodes: readonly object[], size: number, more: object = versions): Promise<void> {
    const weights = [{ name: 'size', shape: [1], dtype: 'int32' }];
    const described = {
      modelTopology: { ...more, node: [input, { name: 'size', op: 'Const', input: [] }, ...nodes] },
      weightsManifest: [{ paths: ['weights'], weights }],
    };
    await writeFile(path.join(folder, 'model.json'), JSON.stringify(described));
    await writeFile(path.join(folder, 'weights'), new Uint8Array(Int32Array.of(size).buffer));
  }

  it('are refused where they ask for more memory than there is', async () => {
    await graph([{ name: 'huge', op: 'Fill', input: ['size', 'input'] }], 2 ** 30);
    expect(await refusal('model.json')).toMatch(/the node huge \(Fill\) asks for 1\.1e\+9 values/);
  });

  it('are refused where the size of an input is no number', async () => {
    const shape = { dim: [{ size: '1' }, { size: 'x' }] };
    await graph(
      [{ name: 'image', op: 'Placeholder', input: [], attr: { dtype: { type: 1 }, shape: { shape } } }],
      1,
    );
    expect(await refusal('model.json')).toMatch(/the input image has a size that is no whole number/);
  });

  it('are let go of where they cannot be read', async () => {
    await graph([], 1, {});
    expect(await refusal('model.json')).toMatch(/the graph cannot be read: a node or an attribute/);
  });

  it('are refused where they might never end', async () => {
    await graph([{ name: 'again', op: 'StatelessWhile', input: ['input'] }], 1);
    expect(await refusal('model.json')).toMatch(/the node again \(StatelessWhile\) is part of a loop/);
  });
});

describe('what is no model', () => {
  it('is told what can be read', async () => {
    await writeFile(path.join(folder, 'notes.txt'), 'hello');
    expect(await refusal('notes.txt')).toMatch(
      /notes\.txt is no model that can be read; these are: .*Keras HDF5/,
    );
    expect(await refusal('gone.h5')).toMatch(/There is no model .*gone\.h5/);
  });

  it('asks which of several in a folder is meant', async () => {
    await cp(path.join(fixtures, 'temporal2.h5'), path.join(folder, 'a'));
    await cp(path.join(fixtures, 'temporal3.keras'), path.join(folder, 'b'));
    expect(await refusal('')).toMatch(/holds several models; name one of a, b/);
  });
});

describe('layers that are not known', () => {
  it('end the model where they stand, and are named', async () => {
    await changed((model) => {
      const layer = model.modelTopology.model_config.config.layers.find(
        ({ config }) => config['name'] === 'highest',
      );
      if (layer !== undefined) layer.class_name = 'CosmicPooling';
    });
    const model = await openModel(path.join(folder, 'model.json'));
    expect(model.network.kind === 'layers' && model.network.complete).toBe(false);
    expect(model.notes.slice(0, 2)).toEqual([
      'The layer highest (CosmicPooling) is of a class that is not known here.',
      'The layer coarse (Dense) needs the output of highest.',
    ]);
    expect(model.network.layers.find(({ name }) => name === 'stack')?.problem).toBeNull();
    model.dispose();
  });

  it('never run: code in a Lambda layer is named and passed over', async () => {
    const model = await openModel(path.join(fixtures, 'lambda.h5'));
    expect(model.notes[0]).toBe('The layer code (Lambda) runs Python code, which is never run.');
    model.dispose();
  });
});

import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usualPreprocessing } from '#shared/spec';
import { ModelLibrary } from '../../../../../../electron/lab/session/models/library';

const model = 'test/fixtures/models/keras/zoo3.keras';
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-library-'));
  file = path.join(folder, 'zoo3.keras');
  await cp(model, file);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const library = () => new ModelLibrary(path.join(folder, 'memory'));
const inverted = { ...usualPreprocessing, range: [-1, 1] as [number, number], inverted: true };

describe('the library of models', () => {
  it('tells what a file holds, and what it does not say', async () => {
    const card = await library().open(file);
    expect(card).toMatchObject({
      file,
      name: 'zoo3',
      kind: 'layers',
      preprocessingFrom: 'assumed',
      preprocessing: usualPreprocessing,
      classesFrom: 'assumed',
      untrainable: null,
      weightBytes: 4 * card.parameters,
    });
    expect(card.layers.length).toBeGreaterThan(3);
    expect(card.flops).toBeGreaterThan(0);
  });

  it('remembers what was said of a model by its content, wherever it is moved', async () => {
    const asked = await library().answer({ file, preprocessing: inverted, classes: ['no', 'yes'] });
    expect(asked).toMatchObject({
      preprocessing: inverted,
      preprocessingFrom: 'remembered',
      classes: ['no', 'yes'],
    });
    const moved = path.join(folder, 'elsewhere.keras');
    await cp(file, moved);
    await rm(file);
    expect(await library().open(moved)).toMatchObject({ preprocessing: inverted, classesFrom: 'remembered' });
    await library().answer({ file: moved, preprocessing: null, classes: null });
    expect(await library().open(moved)).toMatchObject({
      preprocessingFrom: 'assumed',
      classesFrom: 'assumed',
    });
  });

  it("reads the names of classes beside a model, Teachable Machine's too", async () => {
    await writeFile(path.join(folder, 'labels.txt'), 'cat\ndog\n');
    expect(await library().open(file)).toMatchObject({ classes: ['cat', 'dog'], classesFrom: 'file' });
    const metadata = { packageName: '@teachablemachine/image', labels: ['left', 'right'] };
    await writeFile(path.join(folder, 'metadata.json'), JSON.stringify(metadata));
    expect(await library().open(file)).toMatchObject({
      classes: ['left', 'right'],
      preprocessing: { range: [-1, 1] },
      preprocessingFrom: 'file',
    });
  });

  it('lists what was opened, the last first, until it is forgotten', async () => {
    const second = path.join(folder, 'second.keras');
    await cp(file, second);
    for (const one of [file, second, file]) await library().open(one);
    expect((await library().recent()).map((recent) => recent.file)).toEqual([file, second]);
    await library().forget(file);
    expect((await library().recent()).map((recent) => recent.name)).toEqual(['second']);
  });

  it('begins anew where its own file is damaged', async () => {
    await library().open(file);
    await writeFile(path.join(folder, 'memory', 'models.json'), '{');
    expect(await library().recent()).toEqual([]);
    await library().open(file);
    expect(await library().recent()).toHaveLength(1);
  });
});

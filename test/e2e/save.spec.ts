import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { convscope, jsonLines } from './convscope';
import { story } from './story';

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-save-'));
});
test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a run saved for other programs scores as it did, and nothing is overwritten unasked', async () => {
  const run = path.join(folder, 'run');
  const options = '--model batch-norm --data digits --limit 300 --epochs 1 --seed 3 --json'.split(' ');
  const trained = await convscope('train', ...options, '--out', run);
  expect(trained.code, trained.stderr).toBe(0);
  const accuracy = jsonLines(trained).at(-1)?.['testAccuracy'];

  const targets = {
    keras: 'digits.keras',
    h5: 'digits.h5',
    onnx: 'digits.onnx',
    tfjs: 'web',
    savedmodel: 'serve/1',
  };
  for (const [format, name] of Object.entries(targets)) {
    const to = path.join(folder, name);
    const saved = await convscope('save', run, '--format', format, '--to', to, '--json');
    expect(saved.code, saved.stderr).toBe(0);
    expect(jsonLines(saved)[0]).toMatchObject({ type: 'saved', format, path: to });
    const images = ['--data', 'digits', '--limit', '300', '--preprocess', '0..1', '--json'];
    const evaluated = await convscope('evaluate', to, ...images);
    expect(evaluated.code, evaluated.stderr).toBe(0);
    expect(jsonLines(evaluated)[0]?.['testAccuracy']).toBe(accuracy);
  }
  expect((await readdir(folder)).sort()).toEqual([
    ...['digits.h5', 'digits.keras', 'digits.onnx', 'run', 'serve', 'web'],
  ]);

  // Of a saved model another is made, into the place of the one before.
  const onnx = path.join(folder, 'digits.onnx');
  await writeFile(onnx, 'kept');
  const again = ['save', path.join(folder, 'digits.keras'), '--format', 'onnx', '--to', onnx];
  const refused = await convscope(...again);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('exists already; name another, or add --force');
  expect(await readFile(onnx, 'utf8')).toBe('kept');
  expect((await convscope(...again, '--force')).code).toBe(0);
  expect((await readFile(onnx)).length).toBeGreaterThan(10_000);
});

test('what cannot be saved is refused in words, and nothing is left behind', async () => {
  const web = path.join(folder, 'web');
  await mkdir(web);
  await writeFile(path.join(web, 'thesis.txt'), 'kept');
  const model = path.resolve('test/fixtures/models/keras');
  const [some = ''] = (await readdir(model)).filter((name) => name.endsWith('.keras'));
  const kept = await convscope('save', path.join(model, some), '--format', 'tfjs', '--to', web, '--force');
  expect(kept.code).toBe(2);
  expect(await readdir(web)).toEqual(['thesis.txt']);

  const nowhere = await convscope('save', folder, '--format', 'onnx', '--to', path.join(folder, 'x.onnx'));
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain('holds no model');
  const unknown = await convscope('save', folder, '--format', 'caffe', '--to', path.join(folder, 'x'));
  expect(unknown.code).toBe(2);
  expect(await readdir(folder)).toEqual(['web']);
});

story(
  'the network on the bench is saved as a file that opens again, several files as an archive',
  async ({ lab }) => {
    const downloaded = async (format: string): Promise<string> => {
      await lab.page.getByRole('button', { name: 'Save model' }).click();
      const [download] = await Promise.all([
        lab.page.waitForEvent('download'),
        lab.page.getByRole('menuitem', { name: format }).click(),
      ]);
      const to = path.join(folder, download.suggestedFilename());
      await download.saveAs(to);
      return to;
    };
    const archive = await downloaded('Keras 3');
    expect(path.basename(archive)).toBe('seed.keras');
    const summary = await convscope('summary', archive, '--json');
    expect(summary.code, summary.stderr).toBe(0);
    expect(jsonLines(summary)[0]).toMatchObject({ parameters: 93_322 });

    const several = await downloaded('TensorFlow.js');
    expect(path.basename(several)).toBe('seed-tfjs.zip');
    const files = unzipSync(await readFile(several));
    expect(Object.keys(files)).toEqual(['model.json', 'group1-shard1of1.bin']);
    expect(files['group1-shard1of1.bin']).toHaveLength(4 * 93_322);
  },
);

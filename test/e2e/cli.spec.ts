import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { realDataFolder } from '../real-data-folder';
import { convscope, jsonLines } from './convscope';

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-cli-'));
});
test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('train on digits prints one object a line and keeps a run that evaluate reads', async () => {
  const out = path.join(folder, 'run');
  const options = '--model small --data digits --limit 2000 --epochs 2 --seed 3 --json'.split(' ');
  const trained = await convscope('train', ...options, '--out', out);
  expect(trained.code, trained.stderr).toBe(0);
  const lines = jsonLines(trained);
  expect(lines.map(({ type }) => type)).toEqual(['epoch', 'epoch', 'result']);
  const result = lines.at(-1);
  expect(result).toMatchObject({ parameters: 5386, ended: 'completed', run: out });
  expect(result?.['testAccuracy']).toBeGreaterThan(0.5);
  expect((await readdir(out)).sort()).toEqual([
    'checkpoints',
    'metrics.jsonl',
    'result.json',
    'spec.json',
    'tensorboard',
  ]);

  const evaluated = await convscope('evaluate', out, '--json');
  expect(evaluated.code, evaluated.stderr).toBe(0);
  const evaluation = jsonLines(evaluated)[0];
  expect(evaluation).toMatchObject({ type: 'evaluation', images: 2000, parameters: 5386 });
  expect(evaluation?.['testAccuracy']).toBe(result?.['testAccuracy']);

  const exported = await convscope('history', out, '--csv');
  expect(exported.code, exported.stderr).toBe(0);
  const [header, ...rows] = exported.stdout.trimEnd().split('\r\n');
  expect(header).toMatch(/^epoch,step,loss,accuracy,/);
  expect(rows.map((row) => row.split(',').slice(0, 4).map(Number))).toEqual(
    lines.slice(0, 2).map(({ epoch, loss, accuracy }) => [epoch, Number(epoch) * 32, loss, accuracy]),
  );
  const table = await convscope('history', out);
  expect(table.stdout.trimEnd().split('\n')).toHaveLength(1 + 2);
  expect(jsonLines(await convscope('history', out, '--json', '--batches'))).toHaveLength(2 * 32);

  // Of several runs each line tells its run.
  const second = path.join(folder, 'second');
  await cp(out, second, { recursive: true });
  const both = await convscope('history', out, second, '--csv');
  const name = path.basename(out);
  expect(both.stdout).toBe(
    [`run,${header}`, ...rows.map((row) => `${name},${row}`), ...rows.map((row) => `second,${row}`), ''].join(
      '\r\n',
    ),
  );
  const named = jsonLines(await convscope('history', out, second, '--json'));
  expect(named.map(({ run, epoch }) => [run, epoch])).toEqual([
    [name, 1],
    [name, 2],
    ['second', 1],
    ['second', 2],
  ]);
});

test('the same seed trains the same network on WebAssembly, within float tolerance', async () => {
  const options = '--model small --data digits --limit 300 --epochs 1 --seed 3 --json'.split(' ');
  const [native, wasm] = [
    await convscope('train', ...options, '--out', path.join(folder, 'native')),
    await convscope('train', ...options, '--engine', 'wasm', '--out', path.join(folder, 'wasm')),
  ].map((ended) => jsonLines(ended).at(-1));
  expect(wasm?.['engine']).toBe('wasm');
  expect(Number(wasm?.['testLoss'])).toBeCloseTo(Number(native?.['testLoss']), 3);
});

test('summary tells of models of others in every form, of graphs that only TensorFlow reads too', async () => {
  const models = [
    'saved-models/module',
    'saved-models/keras3-export',
    'keras/nested3.keras',
    'onnx/graph.onnx',
  ];
  for (const model of models) {
    const summary = await convscope('summary', path.join('test/fixtures/models', model), '--json');
    expect(summary.code, summary.stderr).toBe(0);
    expect(jsonLines(summary)[0]).toMatchObject({ type: 'summary', layers: expect.anything() });
  }
});

test('summary prints the table of Keras, also of a spec in a file', async () => {
  const seed = await convscope('summary', '--json');
  expect(jsonLines(seed)[0]).toMatchObject({ type: 'summary', parameters: 93_322 });
  const spec = path.join(folder, 'linear.json');
  const layers = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes', activation: 'softmax' }];
  await writeFile(spec, JSON.stringify({ name: 'linear', layers }));
  const linear = await convscope('summary', spec);
  expect(linear.stdout).toContain('Total params: 7,850 (30.66 KB)');
});

test('doctor says what computes, and why nothing better does', async () => {
  const report = jsonLines(await convscope('doctor', '--json'))[0];
  expect(['tensorflow', 'wasm']).toContain(report?.['engine']);
  const candidates = report?.['candidates'] as { status: string; reason: string | null }[];
  expect(candidates.filter(({ status }) => status === 'in use')).toHaveLength(1);
  for (const { status, reason } of candidates) expect(reason === null).toBe(status === 'in use');
});

const mistakes: readonly { readonly words: string; readonly sentence: RegExp }[] = [
  { words: 'train --epochs none', sentence: /'--epochs <n>' argument 'none' is invalid/ },
  { words: 'train --epochs 0', sentence: /must be a whole number of at least 1/ },
  { words: 'train --engine gpu', sentence: /Allowed choices are auto, tensorflow, wasm/ },
  { words: 'train --data no/such/folder', sentence: /The folder no\/such\/folder cannot be opened/ },
  { words: 'train --model vgg', sentence: /There is no model vgg; name one of seed, dense/ },
  { words: 'train --optimizer best', sentence: /optimizer/ },
  { words: 'train --seed -1', sentence: /must be a whole number of at least 0/ },
  { words: 'train --colour', sentence: /unknown option '--colour'/ },
  { words: 'frobnicate', sentence: /unknown command 'frobnicate'/ },
  { words: 'evaluate no/such/run', sentence: /no\/such\/run is no run/ },
  { words: 'history no/such/run', sentence: /no\/such\/run is no run/ },
  { words: 'history run --csv --json', sentence: /'--csv' cannot be used with option '--json'/ },
];
for (const { words, sentence } of mistakes) {
  test(`convscope ${words}: one sentence, exit 2, nothing on stdout`, async () => {
    const { code, stdout, stderr } = await convscope(...words.split(' '));
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
}

test('a run is not written over another one', async () => {
  await writeFile(path.join(folder, 'precious'), '');
  const { code, stderr } = await convscope('train', '--limit', '64', '--epochs', '1', '--out', folder);
  expect(stderr).toContain(`The folder ${folder} is not empty; name a new one for the run.`);
  expect(code).toBe(2);
});

test.describe('on real MNIST', () => {
  const mnist = path.join(realDataFolder, 'mnist');
  test.skip(!existsSync(mnist) && process.env['CONVSCOPE_REQUIRE_DATA'] !== '1', `${mnist} is not there`);
  test.setTimeout(15 * 60_000);

  test("the textbook's convnet reaches 0.99 in 5 epochs", async () => {
    const trained = await convscope(
      'train',
      '--data',
      mnist,
      '--epochs',
      '5',
      '--json',
      '--out',
      path.join(folder, 'run'),
    );
    expect(trained.code, trained.stderr).toBe(0);
    const result = jsonLines(trained).at(-1);
    test.info().annotations.push({ type: 'measured', description: JSON.stringify(result) });
    expect(result).toMatchObject({ type: 'result', engine: 'tensorflow', parameters: 93_322 });
    expect(result?.['testAccuracy']).toBeGreaterThanOrEqual(0.99);
  });

  test("the convnet trained on digits alone reads 0.95 of MNIST's test set", async () => {
    const run = path.join(folder, 'run');
    const trained = await convscope('train', '--data', 'digits', '--epochs', '5', '--json', '--out', run);
    expect(trained.code, trained.stderr).toBe(0);
    const evaluated = await convscope('evaluate', run, '--data', mnist, '--json');
    const evaluation = jsonLines(evaluated)[0];
    test.info().annotations.push({ type: 'measured', description: JSON.stringify(evaluation) });
    expect(evaluation?.['testAccuracy']).toBeGreaterThanOrEqual(0.95);
  });
});

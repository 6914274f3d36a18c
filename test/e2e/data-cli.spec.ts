import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { encode } from 'fast-png';
import { realDataFolder } from '../real-data-folder';
import { convscope, jsonLines } from './convscope';

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-data-'));
});
test.afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Pictures of a light half, above or below, with noise: a network tells them apart at once. */
async function drawHalves(at: string): Promise<void> {
  for (const half of ['above', 'below']) {
    await mkdir(path.join(at, half), { recursive: true });
    for (let file = 0; file < 40; file++) {
      const data = Uint8Array.from({ length: 28 * 28 }, (_, pixel) => {
        const light = pixel < (28 * 28) / 2 === (half === 'above');
        return (light ? 200 : 20) + ((pixel * 31 + file * 17) % 40);
      });
      await writeFile(
        path.join(at, half, `${file}.png`),
        encode({ width: 28, height: 28, channels: 1, data }),
      );
    }
  }
  await writeFile(path.join(at, 'above', 'notes.txt'), 'no picture');
}

test('a network trains on a folder of pictures, and what cannot be read is named', async () => {
  const [data, run] = [path.join(folder, 'halves'), path.join(folder, 'run')];
  await drawHalves(data);
  const options = '--model small --epochs 4 --batch 8 --json'.split(' ');
  const trained = await convscope('train', '--data', data, ...options, '--out', run);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toMatch(/1 file was left out:\n {2}above\/notes\.txt: it is no picture/);
  expect(jsonLines(trained).at(-1)?.['testAccuracy']).toBe(1);

  const evaluated = await convscope('evaluate', run, '--data', data, '--json');
  // Without a folder to test with, all are read.
  expect(jsonLines(evaluated)[0]).toMatchObject({ images: 80, testAccuracy: 1 });

  const misread = await convscope('evaluate', run, '--data', data, '--invert', '--json');
  expect(misread.stderr).toContain('it learned the other polarity');
});

const mistakes: readonly { readonly words: readonly string[]; readonly sentence: RegExp }[] = [
  {
    words: ['--data', 'shared'],
    sentence: /shared holds no images: neither MNIST's four IDX files, nor CIFAR's binary version/,
  },
  {
    words: ['--data', 'package.json'],
    sentence: /package\.json is a file; name the folder that holds the images/,
  },
  { words: ['--data', 'digits', '--invert'], sentence: /digits is no image folder: .* without --invert/ },
  { words: ['--data', 'digits', '--size', 'large'], sentence: /must be a height and a width, such as 32x32/ },
];
for (const { words, sentence } of mistakes) {
  test(`convscope train ${words.join(' ')}: one sentence, exit 2`, async () => {
    const { code, stdout, stderr } = await convscope('train', ...words);
    expect(stderr).toMatch(sentence);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
}

test.describe('on pictures made by others', () => {
  const digits = path.join(realDataFolder, 'images', 'digits_png_tylerstonge');
  const model = path.join(realDataFolder, 'models', 'keras', 'sierra_mnist_cnn.keras');
  const missing = [digits, model].find((at) => !existsSync(at));
  test.skip(
    missing !== undefined && process.env['CONVSCOPE_REQUIRE_DATA'] !== '1',
    `${missing ?? digits} is not there`,
  );

  test('a model that learned MNIST reads dark digits once they are inverted and centred', async () => {
    const plain = await convscope('evaluate', model, '--data', digits, '--json');
    expect(plain.stderr).toContain('Image folders can be inverted with --invert.');
    const mended = await convscope(
      'evaluate',
      model,
      '--data',
      digits,
      '--invert',
      '--fit',
      'centre',
      '--json',
    );
    const [before, after] = [plain, mended].map((ended) => Number(jsonLines(ended)[0]?.['testAccuracy']));
    test.info().annotations.push({ type: 'measured', description: `${before} plain, ${after} mended` });
    expect(before).toBeLessThan(0.6);
    expect(after).toBeGreaterThanOrEqual(0.95);
  });

  test('inspect reads a picture of any kind', async () => {
    const shown = await convscope('inspect', model, '--input', path.join(digits, '3', '3.png'), '--json');
    expect(shown.code, shown.stderr).toBe(0);
    const output = jsonLines(shown)[0]?.['output'] as readonly number[];
    expect(output).toHaveLength(10);
  });
});

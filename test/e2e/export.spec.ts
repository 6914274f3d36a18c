import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { convscope, jsonLines, projectRoot } from './convscope';
import { checkReport, readExport } from './exported-files';
import { test } from './story';

let folder: string;
test.beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-export-'));
  const options = '--model small --data digits --limit 500 --epochs 2 --seed 3'.split(' ');
  const trained = await convscope('train', ...options, '--out', path.join(folder, 'run'));
  expect(trained.code, trained.stderr).toBe(0);
});
test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);

test('a report opens offline: nothing is asked for, nothing is complained of', async ({ reader }) => {
  const ended = await convscope('export', 'report', at('run'), '--steps', '8', '--to', at('report.html'));
  expect(ended.code, ended.stderr).toBe(0);
  const page = await checkReport(reader, at('report.html'));
  await expect(page.getByRole('heading', { name: 'run', level: 1 })).toBeVisible();
  await expect(page.getByRole('cell', { name: '24 × 24 × 8' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'Loss by epoch' })).toBeVisible();
  // Every bitmap is one: kernels and patterns of 8 and 16 filters, and the misread images.
  expect(await page.locator('img').count()).toBeGreaterThanOrEqual(2 * 24);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const [ink, paper] = await page
      .locator('body')
      .evaluate((body) => [getComputedStyle(body).color, getComputedStyle(body).backgroundColor]);
    const sum = (colour = '') =>
      (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((all, part) => all + Number(part), 0);
    expect(sum(ink) < sum(paper)).toBe(colorScheme === 'light');
  }
});

test('on TensorFlow a recipe makes the same bytes again: patterns, evidence, a film', async () => {
  const exports = [
    ['patterns.png', 'patterns', '--layer', 'conv2d_1', '--steps', '16', '--labels'],
    ['evidence.npz', 'evidence', '--image', 'test:3', '--method', 'smooth-grad,grad-cam', '--seed', '4'],
    ['film.gif', 'evolution', '--layer', 'conv2d', '--channel', '2', '--what', 'pattern', '--steps', '8'],
    ['stage.glb', 'maps', '--image', 'test:1'],
  ] as const;
  for (const [name, kind, ...options] of exports) {
    const first = await convscope('export', kind, at('run'), ...options, '--to', at(name), '--json');
    expect(first.code, first.stderr).toBe(0);
    const recipe = at(`${name}.recipe.json`);
    expect(jsonLines(first)[0]).toMatchObject({ type: 'export', file: at(name), recipe });
    const again = await convscope('export', '--recipe', recipe, '--to', at(`again-${name}`));
    expect(again.code, again.stderr).toBe(0);
    expect((await readFile(at(`again-${name}`))).equals(await readFile(at(name))), name).toBe(true);
  }
});

test('a file that is there is written over only where that is said', async () => {
  const words = ['export', 'kernels', at('run'), '--layer', 'conv2d', '--to', at('kernels.npy')];
  await writeFile(at('kernels.npy'), 'precious');
  const refused = await convscope(...words);
  expect(refused.stderr).toContain(
    'kernels.npy is there already; name another file, or write over it with --force.',
  );
  expect(refused.code).toBe(2);
  expect(await readFile(at('kernels.npy'), 'utf8')).toBe('precious');
  const forced = await convscope(...words, '--force');
  expect(forced.code, forced.stderr).toBe(0);
  await readExport(at('kernels.npy'));
});

test('Ctrl+C ends a long export with a sentence and leaves nothing behind', async () => {
  await mkdir(at('cancelled'));
  const words = ['export', 'patterns', at('run'), '--steps', '9000', '--to', at('cancelled/patterns.png')];
  const child = spawn(process.execPath, ['electron/setup/convscope.mjs', ...words], { cwd: projectRoot });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    // The engine has started, so that the work is about to.
    if (text.includes(' on CPU') || text.includes(' on GPU')) setTimeout(() => child.kill('SIGINT'), 500);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(said).toContain('Cancelled; nothing was written.');
  expect(code).toBe(2);
  expect(await readdir(at('cancelled'))).toEqual([]);
});

const mistakes: readonly { readonly words: string; readonly sentence: RegExp }[] = [
  { words: 'maps RUN --layer conv3d --to F/x.png', sentence: /no layer conv3d; did you mean conv2d\?/ },
  { words: 'maps RUN --layer dense --to F/x.png', sentence: /dense \(Dense\) gives 10 values, not channels/ },
  {
    words: 'maps RUN --to F/x.gif',
    sentence: /Maps are not exported as GIF; take PNG, SVG, NPY, NPZ, GLB, CSV/,
  },
  { words: 'maps RUN --to F/x', sentence: /names no format; let it end in one of png, svg/ },
  { words: 'maps RUN --to F/no/x.png', sentence: /There is no folder .*no to write/ },
  { words: 'maps RUN --to F/run/spec.json/x.png', sentence: /spec\.json is a file; name another folder/ },
  { words: 'maps RUN --image F/run/spec.json --to F/x.png', sentence: /it is no picture/ },
  { words: 'maps RUN --steps 3 --to F/x.png', sentence: /--steps says nothing about maps/ },
  {
    words: 'filters RUN --to F/x.png',
    sentence: /no export of filters; name one of kernels, patterns, maps/,
  },
  { words: 'maps RUN', sentence: /Name the file to write, with --to/ },
  { words: '--recipe F/none.json --to F/x.png', sentence: /recipe .*none\.json cannot be read/ },
];
for (const { words, sentence } of mistakes) {
  test(`convscope export ${words}: one sentence, exit 2`, async () => {
    const given = words.replace(/RUN|F\//g, (word) => (word === 'RUN' ? at('run') : `${folder}/`));
    const { code, stdout, stderr } = await convscope('export', ...given.split(' '));
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
}

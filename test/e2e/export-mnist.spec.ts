import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { formatsOf, recipePathOf, type ExportFormat, type ExportKind } from '#shared/export';
import { listCheckpoints, readCheckpoint } from '../../electron/lab/runs/checkpoint';
import { readRunSpec } from '../../electron/lab/runs/run-folder';
import { realDataFolder } from '../real-data-folder';
import type { BrowserReader } from './browser-reader';
import { convscope } from './convscope';
import { ExportMenu, type MenuItem } from './export-menu';
import { checkExport, checkExports, checkWebm, readExport, type Contents } from './exported-files';
import { readArrays } from './read-arrays';
import { story, test } from './story';

const mnist = path.join(realDataFolder, 'mnist');
test.skip(!existsSync(mnist) && process.env['CONVSCOPE_REQUIRE_DATA'] !== '1', `${mnist} is not there`);

let folder: string;
test.beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-export-mnist-'));
});
test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The layers with channels of the textbook's convnet, for images of 28 x 28. */
const layers = {
  conv2d: [26, 26, 32],
  max_pooling2d: [13, 13, 32],
  conv2d_1: [11, 11, 64],
  max_pooling2d_1: [5, 5, 64],
  conv2d_2: [3, 3, 64],
} as const;
const stage = { image: [28, 28, 1], ...layers, dense_1: [1, 1, 10] };

const none: Contents = { pictures: [], numbers: [], arrays: {}, volumes: {}, moments: 0 };
/** `conv2d [0]`, as filters are called. */
const filters = (layer: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, channel) => `${layer} [${channel}]`);
/** A run of one epoch keeps the network before training and after it. */
const moments = ['untrained', /^epoch 1, step \d+$/] as const;

const mapsOf = (layer: keyof typeof layers): Contents => ({
  ...none,
  pictures: filters(layer, layers[layer][2]),
  numbers: ['max', 'mean'],
  arrays: { [layer]: layers[layer] },
  volumes: { [layer]: layers[layer] },
});
const wholeStage: Contents = { ...none, arrays: layers, volumes: stage };

/** The weights that the run ended with: those of every kernel in its own file. */
async function trainedKernel(run: string, layer: string): Promise<readonly number[]> {
  const { weights } = await readCheckpoint((await listCheckpoints(run)).at(-1) ?? '');
  const kernel = weights.find(({ name }) => name === `${layer}/kernel`);
  if (kernel === undefined) throw new Error(`The checkpoint holds no kernel of ${layer}.`);
  return [...kernel.values];
}

async function valuesOf(file: string | undefined): Promise<readonly (number | null)[]> {
  return Object.values(await readArrays(file ?? ''))[0]?.values ?? [];
}

story(
  'on real MNIST, the window offers every format of every kind, and each is whole',
  async ({ lab, reader, server }) => {
    story.setTimeout(300_000);
    const { page } = lab;
    const menuIn = (place: Locator, name = 'Export'): ExportMenu =>
      new ExportMenu(place.getByRole('button', { name, exact: true }), folder);
    const main = page.getByRole('main');

    await lab.choose('Source', /^MNIST$/);
    await lab.fill('Folder, or empty to download', mnist);
    await lab.fill('At most', '3000');
    await lab.fill('Epochs', '1');
    await lab.ready();
    await lab.trainToTheEnd();

    const layerMenu = menuIn(page.getByRole('region', { name: 'Layer', exact: true }));
    // The first convolution is in focus, until another layer is chosen.
    const offered = await layerMenu.items();
    const ofLayer = offered.filter(({ title }) => title === 'The maps of conv2d');
    await everyFormat(reader, 'maps', { menu: layerMenu, items: ofLayer }, mapsOf('conv2d'));
    const wholes = offered.filter(({ title }) => title === 'The whole stage');
    expect(wholes.map(({ format }) => format)).toEqual(['glb', 'npz', 'png']);
    for (const item of wholes) await checkExport(reader, await layerMenu.save(item), wholeStage);

    await lab.goTo('Filters');
    await lab.choose('Show', 'Kernels');
    const ofFilters = menuIn(main);
    const kernels = await everyFormat(reader, 'kernels', await all(ofFilters), {
      ...none,
      pictures: filters('conv2d', 32),
      numbers: ['norm'],
      arrays: { conv2d: [3, 3, 1, 32] },
    });
    const { recipe } = await readExport(kernels.get('npy') ?? '');
    const run = recipe.subject.path ?? '';
    expect(path.dirname(run)).toBe(server.runsFolder);
    expect((await readRunSpec(run)).recipe.data).toMatchObject({ source: 'mnist', folder: mnist });
    expect(await valuesOf(kernels.get('npy'))).toEqual(await trainedKernel(run, 'conv2d'));

    await lab.choose('Show', 'Patterns');
    await lab.fill('Steps', '8');
    await page.getByRole('button', { name: 'Draw patterns' }).click();
    await expect(page.getByRole('button', { name: 'Draw again' })).toBeVisible({ timeout: 60_000 });
    await everyFormat(reader, 'patterns', await all(ofFilters), {
      ...none,
      pictures: filters('conv2d', 32),
      numbers: ['response', 'best image'],
      arrays: { conv2d: [32, 28, 28, 1] },
    });

    await page
      .getByRole('list', { name: /conv2d/ })
      .getByRole('button')
      .nth(3)
      .click();
    await page.getByRole('button', { name: 'Kernel', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible({ timeout: 60_000 });
    const ofFilm = menuIn(page.getByRole('region', { name: 'How it came to be' }));
    const items = await ofFilm.items();
    const [webm] = items.filter(({ format }) => format === 'webm');
    const films = items.filter((item) => item !== webm);
    const film = await everyFormat(
      reader,
      'evolution',
      { menu: ofFilm, items: films },
      {
        ...none,
        pictures: moments,
        arrays: { conv2d_3_kernel: [2, 3, 3, 1] },
        moments: 2,
      },
    );
    const trained = (await trainedKernel(run, 'conv2d')).filter((_, at) => at % 32 === 3);
    expect((await valuesOf(film.get('npy'))).slice(9)).toEqual(trained);
    await checkWebm(reader, await ofFilm.save(webm ?? { title: 'No film', format: 'webm' }), 2);

    await lab.goTo('Evidence');
    await expect(page.getByRole('img', { name: /over the image$/ })).toBeVisible({ timeout: 30_000 });
    await everyFormat(reader, 'evidence', await all(menuIn(main)), {
      ...none,
      pictures: [/^read as \d$/, 'grad-cam at conv2d_2'],
      numbers: ['logit', 'probability'],
      arrays: { 'grad-cam at conv2d_2, cells': [3, 3, 1] },
    });

    await lab.goTo('Evaluate');
    await everyFormat(reader, 'report', await all(menuIn(main, 'Report')), none);
  },
);

interface Offer {
  readonly menu: ExportMenu;
  readonly items: readonly MenuItem[];
}

async function all(menu: ExportMenu): Promise<Offer> {
  return { menu, items: await menu.items() };
}

/** Saves everything that is offered, and checks it. */
async function everyFormat(
  reader: BrowserReader,
  kind: ExportKind,
  { menu, items }: Offer,
  contents: Contents,
): Promise<ReadonlyMap<ExportFormat, string>> {
  const files = new Map<ExportFormat, string>();
  for (const item of items) files.set(item.format as ExportFormat, await menu.save(item));
  await checkExports(reader, kind, files, contents);
  return files;
}

const image = ['--image', 'test:3'];
interface Asked {
  readonly words: readonly string[];
  readonly contents: Contents;
  /** The format whose recipe makes a file again. */
  readonly again: ExportFormat;
}

/** What the terminal is asked for of each kind, and what must come of it. */
const asked: Readonly<Record<ExportKind, Asked>> = {
  kernels: {
    again: 'svg',
    words: ['--layer', 'conv2d_1'],
    contents: {
      ...none,
      pictures: filters('conv2d_1', 64),
      numbers: ['norm'],
      arrays: { conv2d_1: [3, 3, 32, 64] },
    },
  },
  patterns: {
    again: 'png',
    words: ['--layer', 'conv2d', '--channel', '0,2,5', '--objective', 'texture', '--steps', '8'],
    contents: {
      ...none,
      pictures: ['conv2d [0]', 'conv2d [2]', 'conv2d [5]'],
      numbers: ['response', 'best image'],
      arrays: { conv2d: [3, 28, 28, 1] },
    },
  },
  maps: { again: 'glb', words: ['--layer', 'conv2d', ...image], contents: mapsOf('conv2d') },
  evidence: {
    again: 'npz',
    words: ['--method', 'saliency', ...image],
    contents: {
      ...none,
      pictures: [/^read as \d$/, 'saliency'],
      numbers: ['logit', 'probability'],
      arrays: { 'saliency, signed': [28, 28, 1] },
    },
  },
  evolution: {
    again: 'gif',
    words: ['--layer', 'conv2d', '--channel', '4', '--what', 'response', ...image],
    contents: {
      ...none,
      pictures: moments,
      numbers: ['mean', 'highest'],
      arrays: { conv2d_4_response: [2, 26, 26, 1] },
      moments: 2,
    },
  },
  report: { again: 'html', words: ['--steps', '4'], contents: none },
};

test('on real MNIST, the terminal writes every format of every kind, and each again by its recipe', async ({
  reader,
}) => {
  test.setTimeout(300_000);
  const run = path.join(folder, 'run');
  const options = ['--model', 'seed', '--data', mnist, '--limit', '3000', '--epochs', '1', '--seed', '3'];
  await succeed('train', ...options, '--out', run);

  const kinds = Object.keys(formatsOf) as ExportKind[];
  const fileOf = (kind: ExportKind, format: ExportFormat) => path.join(folder, `terminal-${kind}.${format}`);
  const pairs = kinds.flatMap((kind) => formatsOf[kind].map((format) => ({ kind, format })));
  await twoAtATime(pairs, async ({ kind, format }) => {
    await succeed('export', kind, run, ...asked[kind].words, '--labels', '--to', fileOf(kind, format));
  });
  for (const kind of kinds) {
    const files = new Map(formatsOf[kind].map((format) => [format, fileOf(kind, format)] as const));
    await checkExports(reader, kind, files, asked[kind].contents);
  }
  expect(await valuesOf(fileOf('kernels', 'npy'))).toEqual(await trainedKernel(run, 'conv2d_1'));
  // What filter 4 made of the image in the end is the fifth of the maps.
  const response = (await valuesOf(fileOf('maps', 'npy'))).filter((_, at) => at % 32 === 4);
  expect((await valuesOf(fileOf('evolution', 'npy'))).slice(26 * 26)).toEqual(response);

  const wholeFile = path.join(folder, 'terminal-stage.glb');
  await succeed('export', 'maps', run, ...image, '--to', wholeFile);
  await checkExport(reader, wholeFile, wholeStage);

  await twoAtATime(kinds, async (kind) => {
    const file = fileOf(kind, asked[kind].again);
    const again = path.join(folder, `again-${path.basename(file)}`);
    await succeed('export', '--recipe', recipePathOf(file), '--to', again);
    expect((await readFile(again)).equals(await readFile(file)), file).toBe(true);
  });
});

async function succeed(...words: readonly string[]): Promise<void> {
  const { code, stderr } = await convscope(...words);
  expect(code, `${words.join(' ')}\n${stderr}`).toBe(0);
}

/** Most of what a process of the terminal does is to start, on one core. */
async function twoAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

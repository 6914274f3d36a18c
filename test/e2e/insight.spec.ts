import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { ExportMenu } from './export-menu';
import { checkGif, checkGlb, checkNpz, checkPng, checkReport, checkWebm, readExport } from './exported-files';
import { story } from './story';

let folder: string;
story.beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-insight-'));
});
story.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What a part of the window offers as files: the first of a format. */
async function exported(part: Locator, format: string, menu = 'Export'): Promise<string> {
  const exports = new ExportMenu(part.getByRole('button', { name: menu, exact: true }), folder);
  const item = (await exports.items()).find((offered) => offered.format === format);
  if (item === undefined) throw new Error(`The menu ${menu} offers no ${format}.`);
  return exports.save(item);
}

story(
  'filters: their kernels, what they look for, what excites one, and how it came to be',
  async ({ lab, reader }) => {
    story.setTimeout(240_000);
    const { page } = lab;
    await lab.chooseQuickRecipe(2);
    await lab.trainToTheEnd();
    await lab.goTo('Filters');
    await lab.choose('Show', 'Kernels');
    const kernels = page.getByRole('list', { name: /conv2d/ }).getByRole('button');
    await expect(kernels).toHaveCount(32);
    const main = page.getByRole('main');
    await checkNpz(await exported(main, 'npz'), { conv2d: [3, 3, 1, 32] });

    await lab.choose('Show', 'Patterns');
    await lab.fill('Steps', '24');
    await page.getByRole('button', { name: 'Draw patterns' }).click();
    await expect(page.getByRole('button', { name: 'Draw again' })).toBeVisible({ timeout: 60_000 });
    const patterns = page.getByRole('list', { name: /conv2d/ }).getByRole('button');
    await expect(patterns).toHaveCount(32);
    await checkPng(reader, (await readExport(await exported(main, 'png'))).bytes);

    await patterns.nth(3).click();
    await expect(page.getByRole('heading', { name: 'Filter 3 of conv2d' })).toBeVisible();
    const images = page.getByRole('list', { name: /^Test images that excite/ }).getByRole('button');
    await expect(images.first()).toBeVisible({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Kernel', exact: true }).click();
    // The network before training, and after each of two epochs.
    const film = page.getByRole('button', { name: 'Play' });
    await expect(film).toBeVisible({ timeout: 60_000 });
    await lab.keepScreenshot('filters');
    const evolution = page.getByRole('region', { name: 'How it came to be' });
    await checkGif(reader, (await readExport(await exported(evolution, 'gif'))).bytes, 3);
    await checkWebm(reader, await exported(evolution, 'webm'), 3);
  },
);

story('evidence: follows the probe, the class and the method, and is exported', async ({ lab, reader }) => {
  story.setTimeout(180_000);
  const { page } = lab;
  await lab.chooseQuickRecipe(2);
  await lab.trainToTheEnd();
  await lab.goTo('Evidence');
  const over = page.getByRole('img', { name: /over the image$/ });
  await expect(over).toBeVisible({ timeout: 30_000 });
  const facts = page.getByLabel('What the evidence is for');
  await lab.choose('Evidence for', '7');
  await expect(facts).toContainText('Evidence for7');
  const before = await over.screenshot();
  await page.getByRole('combobox', { name: 'Method' }).click();
  await page.getByRole('option', { name: /^Integrated gradients/ }).click();
  await expect.poll(async () => (await over.screenshot()).equals(before), { timeout: 30_000 }).toBe(false);
  await lab.keepScreenshot('evidence');
  const main = page.getByRole('main');
  await checkPng(reader, (await readExport(await exported(main, 'png'))).bytes);
  await lab.goTo('Train');
  const layer = page.getByRole('region', { name: 'Layer', exact: true });
  await checkGlb((await readExport(await exported(layer, 'glb'))).bytes, { conv2d: [26, 26, 32] });
  await lab.goTo('Evaluate');
  const report = await exported(main, 'html', 'Report');
  await checkReport(reader, report);
  expect(await readFile(report, 'utf8')).not.toMatch(/(?:src|href)="https?:/);
});

import { readFile } from 'node:fs/promises';
import { expect, type Download } from '@playwright/test';
import type { LabPage } from './lab-page';
import { story } from './story';

/** The first bytes of each kind of file, by its specification. */
const begins = {
  png: [0x89, 0x50, 0x4e, 0x47],
  npz: [0x50, 0x4b, 0x03, 0x04],
  glb: [0x67, 0x6c, 0x54, 0x46],
  gif: [0x47, 0x49, 0x46, 0x38],
  webm: [0x1a, 0x45, 0xdf, 0xa3],
} as const;

/** Chooses in an export menu, and reads the file that comes of it and, of the lab's, the recipe beside it. */
async function exported(
  lab: LabPage,
  format: keyof typeof begins | 'html',
  menu = 'Export',
): Promise<Buffer> {
  const downloads: Download[] = [];
  lab.page.on('download', (download) => downloads.push(download));
  await lab.page.getByRole('button', { name: menu, exact: true }).last().click();
  await lab.page
    .getByRole('menuitem', { name: new RegExp(` as ${format}$`, 'i') })
    .first()
    .click();
  const expected = format === 'webm' ? 1 : 2;
  await expect.poll(() => downloads.length, { timeout: 60_000 }).toBe(expected);
  lab.page.removeAllListeners('download');
  // Chromium may tell of the second one first.
  const isRecipe = (download: Download) => download.suggestedFilename().endsWith('.recipe.json');
  const file = downloads.find((download) => !isRecipe(download));
  const recipe = downloads.find(isRecipe);
  if (file === undefined) throw new Error('Nothing was downloaded.');
  expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
  expect(recipe !== undefined).toBe(expected === 2);
  if (recipe !== undefined) {
    expect(recipe.suggestedFilename()).toBe(`${file.suggestedFilename()}.recipe.json`);
    const text = await readFile(await recipe.path(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ request: { format } });
  }
  const bytes = await readFile(await file.path());
  if (format !== 'html') expect([...bytes.subarray(0, 4)]).toEqual(begins[format]);
  return bytes;
}

story(
  'filters: their kernels, what they look for, what excites one, and how it came to be',
  async ({ lab }) => {
    story.setTimeout(240_000);
    const { page } = lab;
    await lab.chooseQuickRecipe(2);
    await lab.trainToTheEnd();
    await lab.goTo('Filters');
    await lab.choose('Show', 'Kernels');
    const kernels = page.getByRole('list', { name: /conv2d/ }).getByRole('button');
    await expect(kernels).toHaveCount(32);
    await exported(lab, 'npz');

    await lab.choose('Show', 'Patterns');
    await lab.fill('Steps', '24');
    await page.getByRole('button', { name: 'Draw patterns' }).click();
    await expect(page.getByRole('button', { name: 'Draw again' })).toBeVisible({ timeout: 60_000 });
    const patterns = page.getByRole('list', { name: /conv2d/ }).getByRole('button');
    await expect(patterns).toHaveCount(32);
    await exported(lab, 'png');

    await patterns.nth(3).click();
    await expect(page.getByRole('heading', { name: 'Filter 3 of conv2d' })).toBeVisible();
    const images = page.getByRole('list', { name: /^Test images that excite/ }).getByRole('button');
    await expect(images.first()).toBeVisible({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Kernel', exact: true }).click();
    // The network before training, and after each of two epochs.
    const film = page.getByRole('button', { name: 'Play' });
    await expect(film).toBeVisible({ timeout: 60_000 });
    await lab.keepScreenshot('filters');
    await exported(lab, 'gif');
    await exported(lab, 'webm');
  },
);

story('evidence: follows the probe, the class and the method, and is exported', async ({ lab }) => {
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
  await exported(lab, 'png');
  await lab.goTo('Train');
  await exported(lab, 'glb');
  await lab.goTo('Evaluate');
  const report = (await exported(lab, 'html', 'Report')).toString();
  expect(report).toContain('<!doctype html>');
  expect(report).not.toMatch(/(?:src|href)="https?:/);
});

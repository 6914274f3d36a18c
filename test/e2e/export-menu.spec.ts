import { readFile } from 'node:fs/promises';
import { expect, type BrowserContext, type Download, type Locator, type Page } from '@playwright/test';
import type { LabPage } from './lab-page';
import { story } from './story';

/** A picture as a browser decodes it: its size, and four bytes a pixel, row by row. */
interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** Decodes on a page of its own, which no policy of the window's forbids. */
async function decoded(context: BrowserContext, png: Buffer): Promise<Decoded> {
  const page = await context.newPage();
  const picture = await page.evaluate(async (base64) => {
    const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
    const bitmap = await createImageBitmap(blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const drawing = canvas.getContext('2d');
    if (drawing === null) throw new Error('The canvas gives no context.');
    drawing.drawImage(bitmap, 0, 0);
    const { data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = '';
    for (const byte of data) text += String.fromCharCode(byte);
    return { width: bitmap.width, height: bitmap.height, pixels: btoa(text) };
  }, png.toString('base64'));
  await page.close();
  return { ...picture, pixels: Buffer.from(picture.pixels, 'base64') };
}

async function savedPng(page: Page, choose: () => Promise<void>): Promise<Buffer> {
  const downloads: Download[] = [];
  page.on('download', (download) => downloads.push(download));
  await choose();
  await expect.poll(() => downloads.length, { timeout: 60_000 }).toBe(2);
  page.removeAllListeners('download');
  const file = downloads.find((download) => download.suggestedFilename().endsWith('.png'));
  if (file === undefined) throw new Error('No PNG was downloaded.');
  return readFile(await file.path());
}

async function showKernels(lab: LabPage): Promise<void> {
  await lab.goTo('Filters');
  await lab.choose('Show', 'Kernels');
  await expect(lab.page.getByRole('list', { name: /conv2d/ }).getByRole('button')).toHaveCount(32);
}

function exportButton(page: Page): Locator {
  return page.getByRole('button', { name: 'Export', exact: true }).first();
}

story('an exported picture looks as chosen by keyboard, and does after a reload', async ({ lab }) => {
  const { page } = lab;
  await showKernels(lab);
  await exportButton(page).press('Enter');
  const names = page.getByRole('menuitemcheckbox', { name: 'Names and numbers' });
  await expect(names).toHaveAttribute('aria-checked', 'true');
  await names.focus();
  await page.keyboard.press('Space');
  await expect(names).toHaveAttribute('aria-checked', 'false');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Pixels a cell Automatic' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  // Letters and digits search the menu; the window, whose keys they are otherwise, does not hear them.
  const scale = page.getByRole('menuitemradio', { name: '4', exact: true });
  await page.keyboard.press('4');
  await expect(scale).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(scale).toHaveAttribute('aria-checked', 'true');
  await lab.keepScreenshot('export-menu');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('menuitem', { name: 'Pixels a cell 4' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(exportButton(page)).toBeFocused();
  await lab.goTo('Evidence');

  await page.reload();
  await lab.ready();
  await showKernels(lab);
  await exportButton(page).click();
  await expect(names).toHaveAttribute('aria-checked', 'false');
  await expect(page.getByRole('menuitem', { name: 'Pixels a cell 4' })).toBeVisible();
  const png = await savedPng(page, () => page.getByRole('menuitem', { name: / as PNG$/ }).click());
  const { width, height, pixels } = await decoded(page.context(), png);
  // 32 kernels of 3 x 3 cells in 6 columns and 6 rows, each cell 4 pixels, half a cell between and around them.
  const pitch = 3 * 4 + 2;
  expect([width, height]).toEqual([6 * pitch + 2, 6 * pitch + 2]);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      const cell = Array.from({ length: 16 }, (_, at) => {
        const [x, y] = [2 + column * 4 + (at % 4), 2 + row * 4 + Math.floor(at / 4)];
        return pixels.readUInt32BE(4 * (y * width + x));
      });
      expect(new Set(cell).size, `the cell at ${row}, ${column}`).toBe(1);
    }
  }
});

story('a picture is copied, and the window says so', async ({ lab, context }) => {
  const { page } = lab;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await showKernels(lab);
  const before = await exportButton(page).boundingBox();
  await exportButton(page).click();
  await page.getByRole('menuitem', { name: 'Copy picture: Kernels of conv2d' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied the picture' })).toHaveText(
    'Copied the picture: Kernels of conv2d.',
  );
  await expect(exportButton(page)).toBeFocused();
  expect(await exportButton(page).boundingBox()).toEqual(before);
  const base64 = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const bytes = new Uint8Array((await (await item?.getType('image/png'))?.arrayBuffer()) ?? []);
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
  });
  const copied = await decoded(context, Buffer.from(base64, 'base64'));
  await exportButton(page).click();
  const png = await savedPng(page, () => page.getByRole('menuitem', { name: / as PNG$/ }).click());
  const saved = await decoded(context, png);
  expect([copied.width, copied.height]).toEqual([saved.width, saved.height]);
  expect(copied.pixels.equals(saved.pixels)).toBe(true);
});

story(
  'an export under way is cancelled where it was asked for, without the focus being lost',
  async ({ lab }) => {
    const { page } = lab;
    await lab.goTo('Evaluate');
    const report = page.getByRole('button', { name: 'Report', exact: true });
    const width = (await report.boundingBox())?.width;
    await report.press('Enter');
    await page.keyboard.press('Enter');
    const cancel = page.getByRole('button', { name: 'Cancel the export' });
    await expect(cancel).toHaveCount(1);
    await expect(cancel).toBeFocused();
    expect((await cancel.boundingBox())?.width).toBe(width);
    await page.keyboard.press('Enter');
    await expect(cancel).toHaveCount(0);
    await expect(report).toBeFocused();
    await expect(page.getByRole('alert')).toHaveCount(0);
  },
);

/** Whatever opens above the window closes by Escape, and the window is in reach again. */
story('Escape closes every menu, list and dialog', async ({ lab }) => {
  story.setTimeout(240_000);
  const { page } = lab;
  await lab.chooseQuickRecipe(1);
  await lab.trainToTheEnd();
  const opened = page.locator('[role="menu"], [role="listbox"], [role="dialog"]');
  for (const view of ['Train', 'Model', 'Filters', 'Evidence', 'Evaluate', 'Models', 'Runs', 'Data']) {
    await lab.goTo(view);
    const openers = page.locator(
      '[aria-haspopup="menu"]:enabled, [aria-haspopup="dialog"]:enabled, [role="combobox"]:enabled',
    );
    await page.waitForTimeout(500);
    const here = await openers.count();
    for (let index = 0; index < here; index++) {
      const opener = openers.nth(index);
      if (!(await opener.isVisible())) continue;
      await opener.click();
      await expect(opened.first(), `${view}, opener ${index}`).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(opened, `${view}, opener ${index}`).toHaveCount(0);
      await expect(opener).toBeFocused();
    }
  }
});

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Download, type Locator } from '@playwright/test';
import { recipePathOf } from '#shared/export';

/** What one item of an export menu makes: `The whole stage` as `glb`. */
export interface MenuItem {
  readonly title: string;
  readonly format: string;
}

/** A menu of the window that files are had from. */
export class ExportMenu {
  readonly #button: Locator;
  readonly #folder: string;

  /**
   * @param button opens it
   * @param folder its files are kept there; made where it is not there yet
   */
  constructor(button: Locator, folder: string) {
    this.#button = button;
    this.#folder = folder;
  }

  /** All files that it offers, in its order. */
  async items(): Promise<readonly MenuItem[]> {
    await this.#button.click();
    const items = this.#button.page().getByRole('menuitem');
    await expect(items.first()).toBeVisible();
    const labels = await items.evaluateAll((found) => found.map((item) => item.getAttribute('aria-label')));
    await this.#button.page().keyboard.press('Escape');
    await expect(items).toHaveCount(0);
    return labels.flatMap((label) => {
      // The others copy a picture, or choose how files look.
      const [, title, format] = /^(.*) as ([A-Z]+)$/.exec(label ?? '') ?? [];
      return title === undefined || format === undefined ? [] : [{ title, format: format.toLowerCase() }];
    });
  }

  /**
   * Chooses an item and waits for its file and, of the lab's, the recipe beside it.
   * @returns where the file lies
   */
  async save({ title, format }: MenuItem): Promise<string> {
    const page = this.#button.page();
    const downloads: Download[] = [];
    const keep = (download: Download): void => void downloads.push(download);
    page.on('download', keep);
    await this.#button.click();
    await page.getByRole('menuitem', { name: `${title} as ${format.toUpperCase()}`, exact: true }).click();
    // The film is the window's own: no lab could make it again.
    const expected = format === 'webm' ? 1 : 2;
    await expect.poll(() => downloads.length, { timeout: 60_000 }).toBe(expected);
    page.off('download', keep);
    await mkdir(this.#folder, { recursive: true });
    const names = downloads.map((download) => download.suggestedFilename());
    for (const download of downloads)
      await download.saveAs(path.join(this.#folder, download.suggestedFilename()));
    // Chromium may tell of the second one first.
    const name = names.find((one) => one.endsWith(`.${format}`));
    if (name === undefined) throw new Error(`Of ${names.join(' and ')} none is a file of ${format}.`);
    expect(names.sort()).toEqual(format === 'webm' ? [name] : [name, recipePathOf(name)]);
    return path.join(this.#folder, name);
  }
}

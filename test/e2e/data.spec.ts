import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { realDataFolder } from '../real-data-folder';
import { story } from './story';

story(
  'the data view shows the images of every class and split, and is walked with arrow keys',
  async ({ lab }) => {
    await lab.chooseQuickRecipe(1);
    await lab.goTo('Data');
    const table = lab.page.getByRole('table', { name: 'Images of each class' });
    await expect(table.getByRole('row', { name: /All classes/ })).toContainText('900');
    const images = lab.page.getByRole('group', { name: 'Images', exact: true }).getByRole('img');
    await expect(images.first()).toHaveAccessibleName(/: training image 0$/);

    await table.getByRole('button', { name: '7', exact: true }).click();
    await lab.page.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(images.first()).toHaveAccessibleName(/^7: test image \d+$/);
    const second = await images.nth(1).getAttribute('aria-label');
    await images.first().focus();
    await lab.page.keyboard.press('ArrowRight');
    await expect(lab.page.locator(':focus')).toHaveAccessibleName(second ?? '');
    await lab.keepScreenshot('data');
  },
);

story('a folder of pictures is opened, and what is wrong with it is said in words', async ({ lab }) => {
  const digits = path.join(realDataFolder, 'images', 'digits_png_tylerstonge');
  story.skip(!existsSync(digits) && process.env['CONVSCOPE_REQUIRE_DATA'] !== '1', `${digits} is not there`);
  await lab.choose('Source', 'Image folder');
  await lab.fill('Folder', digits);
  await lab.ready();
  await expect(lab.page.getByText('16 test images')).toBeVisible();
  await lab.goTo('Data');
  await expect(lab.page.getByRole('list', { name: 'The images' })).toContainText('32 × 32 × 1');
  await expect(lab.page.getByRole('region', { name: 'Duplicates' })).toContainText(
    'No image is there twice.',
  );
  await lab.keepScreenshot('data-folder');

  await lab.goTo('Train');
  await lab.fill('Folder', path.join(digits, '3'));
  await expect(lab.page.getByText(/holds no images: name a folder with a folder of images/)).toBeVisible();
});

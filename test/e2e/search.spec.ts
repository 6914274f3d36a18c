import { expect } from '@playwright/test';
import { story } from './story';

story('search goes to a view, a layer, a filter, a test image and a run', async ({ lab }) => {
  const { page } = lab;
  const query = page.getByRole('textbox', { name: 'Search' });
  async function find(text: string): Promise<void> {
    await page.keyboard.press('/');
    await expect(query).toBeFocused();
    await query.fill(text);
    await page.keyboard.press('Enter');
    await expect(query).toBeHidden();
  }

  await lab.chooseQuickRecipe(1);
  await lab.trainToTheEnd();
  await page.locator('h1').click();
  await find('max_pooling2d_1');
  await expect(page.getByRole('main').getByText('MaxPooling2D', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('max_pooling2d_1')).toBeVisible();

  await find('417');
  await expect(page.getByRole('img', { name: /^Probe: .*417/ })).toBeVisible();

  await find('conv2d_1 5');
  await expect(page.getByRole('heading', { name: 'Filter 5 of conv2d_1' })).toBeVisible();

  await page.keyboard.press('/');
  await query.fill('con');
  await lab.keepScreenshot('search');
  await page.keyboard.press('Escape');
  await expect(query).toBeHidden();

  await find('engine');
  await expect(page.getByRole('heading', { name: /Engine/ })).toBeVisible();
  await find('run 1');
  await expect(lab.stage).toBeVisible();
  await expect(lab.state).toHaveText('Finished');
});

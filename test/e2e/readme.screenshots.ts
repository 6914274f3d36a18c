import path from 'node:path';
import { expect, test } from '@playwright/test';
import { projectRoot } from './convscope';
import { LabPage } from './lab-page';
import { LabServer } from './lab-server';

// npm run screenshots: the pictures of the README, made from the app itself.
const images = path.join(projectRoot, 'docs', 'images');

test.use({ colorScheme: 'dark', viewport: { width: 1440, height: 900 } });

test('pictures for the README', async ({ page }) => {
  test.setTimeout(15 * 60_000);
  const server = await LabServer.start();
  const lab = new LabPage(page);
  const keep = (name: string) => page.screenshot({ path: path.join(images, `${name}.png`) });
  await lab.open(server.url);
  await lab.fill('Epochs', '2');
  await lab.ready();
  await lab.train.click();
  await expect.poll(() => lab.shownStep(), { timeout: 600_000 }).toBeGreaterThan(1100);
  await keep('train-dark');
  await expect(lab.state).toHaveText('Finished', { timeout: 600_000 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForTimeout(1000);
  await keep('train-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const view of ['Evaluate', 'Engine', 'Evidence']) {
    await lab.goTo(view);
    await page.waitForTimeout(3000);
    await keep(view.toLowerCase());
  }
  await lab.goTo('Filters');
  await drawPatterns('dense_1');
  await keep('classes');
  await drawPatterns('conv2d_2');
  await page
    .getByRole('list', { name: /conv2d_2/ })
    .getByRole('button')
    .nth(1)
    .click();
  await expect(page.getByRole('list', { name: /^Test images that excite/ })).toBeVisible({ timeout: 60_000 });
  await page.waitForTimeout(1000);
  await keep('filters');

  await lab.goTo('Train');
  await lab.fill('Learning rate', '0.0001');
  await lab.train.click();
  await expect(lab.state).toHaveText('Finished', { timeout: 600_000 });
  await lab.goTo('Runs');
  for (const number of [1, 2]) await lab.run(number).getByRole('checkbox').click();
  await page.waitForTimeout(1000);
  // The comparison alone: the head says where the runs lie.
  const clip = { x: 0, y: 530, width: 1440, height: 342 };
  await page.screenshot({ path: path.join(images, 'runs.png'), clip });
  await server.stop();

  async function drawPatterns(layer: string): Promise<void> {
    await lab.choose('Layer', layer);
    await page.getByRole('button', { name: 'Draw patterns' }).click();
    await expect(page.getByRole('button', { name: 'Draw again' })).toBeVisible({ timeout: 120_000 });
    await page.waitForTimeout(1000);
  }
});

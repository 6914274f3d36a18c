import path from 'node:path';
import { expect } from '@playwright/test';
import { LabPage } from './lab-page';
import { LabServer } from './lab-server';
import { story } from './story';

story(
  'a run is opened again: its curves, its scores, and every checkpoint to go back to',
  async ({ lab }) => {
    const { page } = lab;
    await lab.chooseQuickRecipe(3);
    await lab.trainToTheEnd();
    const score = await page.locator('.progress .result b').first().textContent();
    const shares = await lab.probabilitiesOnceStill();
    // Another network takes its place.
    await lab.fill('Epochs', '1');
    await lab.trainToTheEnd();
    expect(await lab.shownStep()).toBe(15);

    await lab.goTo('Runs');
    await lab.run(1).getByRole('button', { name: 'Open' }).click();
    await expect(lab.stage).toBeVisible();
    await expect(lab.state).toHaveText('Finished');
    await expect(page.locator('p.bench')).toContainText('run 1');
    await expect.poll(() => lab.shownStep()).toBe(45);
    expect(await page.locator('.progress .result b').first().textContent()).toBe(score);
    expect(await lab.probabilitiesOnceStill()).toEqual(shares);
    await expect(page.getByLabel('Epochs', { exact: true })).toHaveValue('3');

    // Untrained, then after each epoch.
    const back = page.getByRole('button', { name: 'Step back in time' });
    for (const step of [30, 15, 0]) {
      await back.click();
      await expect.poll(() => lab.shownStep()).toBe(step);
    }
    const untrained = await lab.probabilities();
    expect(untrained).not.toEqual(shares);
    await page.getByRole('button', { name: 'Step forward in time' }).click();
    await expect.poll(() => lab.probabilities()).not.toEqual(untrained);
    await lab.keepScreenshot('reopened');

    // Another image, and the past is of that one.
    const before = await lab.probabilities();
    await page.getByRole('button', { name: /^Test image 3,/ }).click();
    await expect.poll(() => lab.shownStep()).toBe(45);
    for (const step of [30, 15]) {
      await expect(back).toBeEnabled();
      await back.click();
      await expect.poll(() => lab.shownStep()).toBe(step);
    }
    // What was gone back to is replaced as soon as the lab has answered.
    await expect.poll(() => lab.probabilities()).not.toEqual(before);
    expect(await lab.shownStep()).toBe(15);
  },
);

story('a run is opened by its path, when the server is started too', async ({ lab, server, page }) => {
  await lab.chooseQuickRecipe(1);
  await lab.trainToTheEnd();
  const run = path.join(server.runsFolder, '0001-digits-seed');
  const second = await LabServer.start('--open', run);
  const other = new LabPage(page);
  await page.goto(second.url);
  await expect(other.state).toHaveText('Finished', { timeout: 60_000 });
  await expect(page.locator('p.bench')).toContainText('run 1');
  await expect.poll(() => other.shownStep()).toBe(15);
  await page.goto('about:blank');
  await second.stop();
});

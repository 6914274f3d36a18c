import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { story } from './story';

story('a stopped run goes on from the list of runs and finishes', async ({ lab }) => {
  await lab.chooseQuickRecipe(20);
  await lab.train.click();
  await expect.poll(() => lab.shownStep()).toBeGreaterThan(15);
  await lab.stop.click();
  await expect(lab.state).toHaveText('Stopped');

  await lab.goTo('Runs');
  await expect(lab.run(1)).toContainText('Stopped');
  await lab.keepScreenshot('runs');
  await lab.run(1).getByRole('button', { name: 'Resume' }).click();
  await expect(lab.stage).toBeVisible();
  await expect(lab.state).toHaveText('Finished', { timeout: 90_000 });
  expect(await lab.shownStep()).toBe(300);
  await lab.goTo('Runs');
  await expect(lab.run(1)).toContainText('Completed');
  await expect(lab.run(1)).toContainText('20 / 20');
});

story('a complete run is trained further', async ({ lab }) => {
  await lab.chooseQuickRecipe(1);
  await lab.trainToTheEnd();
  await lab.goTo('Runs');
  await lab
    .run(1)
    .getByRole('button', { name: /Train further/ })
    .click();
  await lab.fill('Epochs in all', '2');
  await lab.page.getByRole('button', { name: 'Train further', exact: true }).click();
  await expect(lab.stage).toBeVisible();
  await expect(lab.state).toHaveText('Finished', { timeout: 90_000 });
  expect(await lab.shownStep()).toBe(30);
});

story('a run that diverges says so, and goes back to its last good checkpoint', async ({ lab }) => {
  await lab.chooseQuickRecipe(12);
  // Classes that weigh a million make the highest rate that can be entered one of ten million, which no network
  // survives; ten alone may only kill its relus.
  await lab.choose('Optimizer', 'SGD');
  await lab.fill('Learning rate', '1e-8');
  await lab.page.getByRole('button', { name: 'More' }).click();
  await lab.fill('Class weights', Array(10).fill('1e6').join(', '));
  await lab.train.click();
  await expect.poll(() => lab.shownStep()).toBeGreaterThan(15);
  const rate = lab.page.getByLabel('Learning rate now');
  await rate.fill('10');
  await rate.press('Enter');
  await expect(lab.state).toHaveText('Diverged', { timeout: 60_000 });
  await expect(lab.page.getByText('The run diverged')).toBeVisible();
  await lab.keepScreenshot('diverged');
  await lab.page.getByRole('button', { name: 'Go back to the last good checkpoint' }).click();
  await expect(lab.state).toHaveText('Finished', { timeout: 90_000 });
  await expect(lab.page.getByText('The run diverged')).toBeHidden();
});

story(
  'a lab that is killed says so, is restarted, and the run goes on to its end',
  async ({ lab, server }) => {
    await lab.chooseQuickRecipe(6);
    await lab.train.click();
    await expect.poll(() => lab.shownStep()).toBeGreaterThan(20);
    server.killLab();
    await expect(lab.page.getByText('The lab is gone')).toBeVisible();
    await expect(lab.page.getByText('The checkpoints of run 1 are in its folder')).toBeVisible();
    await lab.keepScreenshot('lab-gone');
    await lab.page.getByRole('button', { name: 'Restart the lab' }).click();
    await lab.page.getByRole('button', { name: 'Resume run 1' }).click({ timeout: 60_000 });
    await expect(lab.state).toHaveText('Finished', { timeout: 90_000 });
    expect(await lab.shownStep()).toBe(90);
  },
);

story('the history is saved as CSV, a line an epoch', async ({ lab }) => {
  await lab.chooseQuickRecipe(2);
  await lab.trainToTheEnd();
  await lab.page.getByRole('button', { name: 'Save the history as CSV' }).click();
  const download = lab.page.waitForEvent('download');
  await lab.page.getByRole('menuitem', { name: 'Epochs as CSV' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('0001-digits-seed-epochs.csv');
  const lines = (await readFile(await saved.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(/^2,30,/);
});

import { expect } from '@playwright/test';
import { story } from './story';

story('the confusion matrix counts every test image, and its cells lead to the images', async ({ lab }) => {
  await lab.chooseQuickRecipe(2);
  await lab.trainToTheEnd();
  await lab.goTo('Evaluate');
  const counts = await lab.confusion();
  expect(counts).toHaveLength(100);
  expect(counts.reduce((sum, images) => sum + images, 0)).toBe(1000);
  const right = counts.filter((_, cell) => cell % 11 === 0).reduce((sum, images) => sum + images, 0);
  // The run's own score is of the same network on the same images.
  await expect(lab.result).toContainText(`${right.toLocaleString('en-US')} of 1,000`);
  const score = await lab.page.locator('.progress .result b').first().textContent();
  expect(score).toBe(`${(right / 10).toFixed(2)} %`);

  const most = counts.reduce(
    (best, images, cell) => (cell % 11 !== 0 && images > (counts[best] ?? 0) ? cell : best),
    1,
  );
  const [label, readAs] = [Math.floor(most / 10), most % 10];
  const cell = lab.page.getByRole('button', { name: `${label} read as ${readAs}: ` });
  await cell.hover();
  await expect(lab.page.getByText(`label ${label} read as ${readAs}:`)).toBeVisible();
  await cell.click();
  const mistakes = lab.page
    .getByRole('region', { name: 'Mistakes' })
    .getByRole('listitem')
    .getByRole('button');
  await expect(mistakes).toHaveCount(Math.min(60, counts[most] ?? 0));
  await lab.keepScreenshot('evaluate');

  await mistakes.first().click();
  await expect(lab.stage).toBeVisible();
  const shares = await lab.probabilitiesOnceStill();
  expect(shares.indexOf(Math.max(...shares))).toBe(readAs);
});

story('a network that is not trained can be evaluated too', async ({ lab }) => {
  await lab.chooseQuickRecipe(1);
  await lab.goTo('Evaluate');
  await expect(lab.page.getByText('Not evaluated yet')).toBeVisible();
  await lab.page.getByRole('main').getByRole('button', { name: 'Evaluate' }).click();
  await expect(lab.result).toContainText('after step 0');
  expect((await lab.confusion()).reduce((sum, images) => sum + images, 0)).toBe(1000);
});

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { story as test } from './story';

test('a person presses Train and watches the convnet learn', async ({ lab, server }) => {
  await lab.chooseQuickRecipe(3);
  await lab.keepScreenshot('ready');
  const before = await lab.picture();
  await lab.train.click();
  await expect(lab.state).toHaveText('Training');
  await expect.poll(() => lab.shownStep()).toBeGreaterThan(0);
  expect((await lab.picture()).equals(before)).toBe(false);
  await lab.keepScreenshot('training');
  await expect(lab.state).toHaveText('Finished', { timeout: 90_000 });
  await lab.keepScreenshot('finished');

  expect(await lab.shownStep()).toBe(45);
  const curves = lab.page.getByRole('region', { name: 'Curves' });
  for (const metric of ['Loss', 'Accuracy']) {
    const text = await curves.getByRole('img', { name: new RegExp(metric, 'i') }).getAttribute('aria-label');
    expect(text).toMatch(/45/);
  }
  const runs = await readdir(server.runsFolder);
  expect(runs).toHaveLength(1);
  const kept = await readdir(path.join(server.runsFolder, String(runs[0])));
  expect(kept).toEqual(expect.arrayContaining(['spec.json', 'metrics.jsonl', 'checkpoints', 'result.json']));
});

test('pause holds the run, resume goes on, stop keeps the network', async ({ lab }) => {
  await lab.chooseQuickRecipe(200);
  await lab.train.click();
  await expect.poll(() => lab.shownStep()).toBeGreaterThan(5);
  await lab.pause.click();
  await expect(lab.state).toHaveText('Paused');
  await lab.page.waitForTimeout(300);
  const held = await lab.shownStep();
  await lab.page.waitForTimeout(700);
  expect(await lab.shownStep()).toBe(held);
  await lab.page.keyboard.press('Space');
  await expect(lab.state).toHaveText('Training');
  await expect.poll(() => lab.shownStep()).toBeGreaterThan(held);
  await lab.stop.click();
  await expect(lab.state).toHaveText('Stopped');
  const sum = (await lab.probabilities()).reduce((total, share) => total + share, 0);
  expect(sum).toBeCloseTo(1, 1);
});

test('the run is still there after the page is loaded again', async ({ lab }) => {
  await lab.chooseQuickRecipe(200);
  await lab.train.click();
  await expect.poll(() => lab.shownStep()).toBeGreaterThan(5);
  const before = await lab.shownStep();
  await lab.page.reload();
  await expect(lab.state).toHaveText('Training');
  await expect.poll(() => lab.shownStep()).toBeGreaterThanOrEqual(before);
  await expect(lab.page.getByLabel('Epochs', { exact: true })).toHaveValue('200');
  await lab.stop.click();
  await expect(lab.state).toHaveText('Stopped');
});

test('a drawn digit is centred and read, and the bars follow', async ({ lab }) => {
  await lab.fill('At most', '4000');
  await lab.fill('Epochs', '2');
  await lab.ready();
  await lab.train.click();
  await expect(lab.state).toHaveText('Finished', { timeout: 90_000 });

  await lab.page.getByRole('tab', { name: 'Draw' }).click();
  const box = await lab.drawingPad.boundingBox();
  if (box === null) throw new Error('the drawing pad is not shown');
  // A one, small and in a corner: read only because it is centred and scaled as MNIST's digits are.
  const { mouse } = lab.page;
  await mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.1);
  await mouse.down();
  await mouse.move(box.x + box.width * 0.28, box.y + box.height * 0.5, { steps: 12 });
  await mouse.up();
  await expect.poll(async () => (await lab.probabilities())[1], { timeout: 10_000 }).toBeGreaterThan(0.5);
  await lab.keepScreenshot('drawn');
});

test('a layer is looked at: by the summary, by keys, as a flat grid', async ({ lab }) => {
  await lab.page.keyboard.press(']');
  const layer = lab.page.getByRole('region', { name: 'Layer' });
  const first = await layer.textContent();
  await lab.page.keyboard.press(']');
  expect(await layer.textContent()).not.toBe(first);
  await expect(layer.getByRole('img', { name: /feature maps of/ })).toBeVisible();
});

test('what does not fit is said at the field, and nothing is trained with it', async ({ lab }) => {
  await lab.fill('Epochs', '0');
  await expect(lab.page.getByText(/at least 1|>=1/i)).toBeVisible();
  await expect(lab.train).toBeDisabled();
});

test('the engine view says what computes and why nothing better does', async ({ lab }) => {
  await lab.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Engine' }).click();
  await expect(lab.page.getByRole('heading', { name: /TensorFlow|WebAssembly/ }).first()).toBeVisible();
  await expect(lab.page.getByText('in use', { exact: false }).first()).toBeVisible();
  await lab.keepScreenshot('engine');
});

test('the window is light where the person prefers it', async ({ lab }) => {
  await lab.page.emulateMedia({ colorScheme: 'light' });
  await expect
    .poll(() => lab.page.evaluate(() => getComputedStyle(document.body).backgroundColor))
    .toMatch(/rgb\(2[3-5]\d, 2[3-5]\d, 2[3-5]\d\)|oklch|lab/);
  await lab.keepScreenshot('light');
});

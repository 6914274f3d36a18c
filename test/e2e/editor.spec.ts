import { readFile } from 'node:fs/promises';
import { expect, type Locator } from '@playwright/test';
import type { LabPage } from './lab-page';
import { story as test } from './story';

/** A row of the layer list, as `2, MaxPooling2D`. */
function layer(lab: LabPage, name: string): Locator {
  return lab.page.getByRole('listitem', { name: `layer ${name}`, exact: true });
}

async function types(lab: LabPage): Promise<readonly string[]> {
  return lab.page.getByRole('list', { name: 'Layers' }).locator('.type').allTextContents();
}

async function addBelow(lab: LabPage, name: string, type: string): Promise<void> {
  await lab.page.getByRole('button', { name: `Add below layer ${name}`, exact: true }).click();
  await lab.page.getByRole('textbox', { name: 'Search layers' }).fill(type);
  await lab.page.keyboard.press('Enter');
}

test('a person changes the model, is told of a mistake where it is made, takes it back and trains', async ({
  lab,
}) => {
  await lab.fill('At most', '500');
  await lab.fill('Epochs', '1');
  await lab.page.getByRole('button', { name: 'Edit the layers' }).click();
  const third = layer(lab, '3, Conv2D');
  await expect(third).toContainText('11 × 11 × 64');
  await expect(third).toContainText('18,496');

  await third.getByLabel('kernel').fill('15');
  await expect(third).toContainText('A 15x15 window does not fit a 13x13 map.');
  await expect(layer(lab, '1, Conv2D')).toContainText('26 × 26 × 32');
  await expect(lab.page.getByText('does not fit')).toHaveCount(1);
  await lab.keepScreenshot('editor-mistake');
  await lab.page.keyboard.press('Control+z');
  await expect(third.getByLabel('kernel')).toHaveValue('3');
  await expect(lab.page.getByText('does not fit')).toHaveCount(0);

  await addBelow(lab, '4, MaxPooling2D', 'batch');
  expect((await types(lab))[4]).toBe('BatchNormalization');
  await expect(layer(lab, '5, BatchNormalization')).toContainText('256');
  await addBelow(lab, '5, BatchNormalization', 'Conv2D');
  const added = layer(lab, '6, Conv2D');
  await expect(added.getByLabel('filters')).toBeFocused();
  await added.getByLabel('filters').fill('16');
  await added.getByLabel('kernel').fill('1');
  await expect(added).toContainText('5 × 5 × 16');
  await expect(lab.page.getByLabel('Summary as Keras prints it')).toContainText('batch_normalization');
  await lab.keepScreenshot('editor');

  await lab.goTo('Train');
  await expect(lab.page.getByRole('combobox', { name: 'Preset' })).toContainText('(edited)');
  await lab.ready();
  await lab.trainToTheEnd();

  await lab.goTo('Model');
  await lab.page.getByLabel('Keep trained weights of unchanged layers').check();
  await layer(lab, '9, Dense').getByLabel('units').fill('32');
  await expect(lab.page.getByRole('status').filter({ hasText: 'Kept weights of' })).toContainText(
    /Kept weights of conv2d, conv2d_1, batch_normalization, .*; fresh are dense, dense_1/,
    { timeout: 30_000 },
  );
});

test('layers are moved, duplicated and deleted by keys, and the focus stays with them', async ({ lab }) => {
  await lab.goTo('Model');
  const before = await types(lab);
  await lab.page.getByRole('button', { name: 'Move layer 2, MaxPooling2D', exact: true }).focus();
  await lab.page.keyboard.press('Alt+ArrowDown');
  await expect(
    lab.page.getByRole('button', { name: 'Move layer 3, MaxPooling2D', exact: true }),
  ).toBeFocused();
  expect((await types(lab)).slice(0, 3)).toEqual(['Conv2D', 'Conv2D', 'MaxPooling2D']);
  await lab.page.keyboard.press('Delete');
  await expect(
    lab.page.getByRole('button', { name: 'Move layer 3, MaxPooling2D', exact: true }),
  ).toBeFocused();
  expect(await types(lab)).toHaveLength(before.length - 1);
  await lab.page.getByRole('button', { name: 'Duplicate layer 1, Conv2D', exact: true }).click();
  await expect(layer(lab, '2, Conv2D').getByLabel('filters')).toBeFocused();
  for (let edit = 0; edit < 3; edit++) await lab.page.keyboard.press('Control+z');
  expect(await types(lab)).toEqual(before);
  await lab.page.keyboard.press('Control+Shift+z');
  expect((await types(lab)).slice(0, 3)).toEqual(['Conv2D', 'Conv2D', 'MaxPooling2D']);
});

test('a model is exported as JSON and imported again, and a broken file is refused in words', async ({
  lab,
}) => {
  await lab.goTo('Model');
  await lab.fill('Name of the model', 'mine');
  await layer(lab, '1, Conv2D').getByLabel('filters').fill('24');
  const downloading = lab.page.waitForEvent('download');
  await lab.page.getByRole('button', { name: 'Export' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('mine.json');
  const text = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    name: 'mine',
    layers: [{ kind: 'conv2d', filters: 24 }, {}, {}, {}, {}, {}, {}, {}],
  });

  await lab.page.getByRole('button', { name: 'Start from' }).click();
  await lab.page.getByRole('menuitem', { name: /Dense network/ }).click();
  expect(await types(lab)).toEqual(['Flatten', 'Dense', 'Dense']);

  const picker = lab.page.locator('input[type="file"][accept*="json"]');
  const file = (content: string) => ({
    name: 'mine.json',
    mimeType: 'application/json',
    buffer: Buffer.from(content),
  });
  await picker.setInputFiles(file('{"name": "mine", "layers": []}'));
  await expect(lab.page.getByRole('alert')).toContainText('mine.json is no model spec: layers:');
  await picker.setInputFiles(file(text));
  await expect(layer(lab, '1, Conv2D').getByLabel('filters')).toHaveValue('24');
  await expect(lab.page.getByRole('alert')).toHaveCount(0);
});

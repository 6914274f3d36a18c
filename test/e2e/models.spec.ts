import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { encode } from 'fast-png';
import { projectRoot } from './convscope';
import type { LabPage } from './lab-page';
import { LabServer } from './lab-server';
import { story } from './story';

const fixtures = path.join(projectRoot, 'test/fixtures/models/keras');
/** For colour images of 6 x 6 in 3 classes; it normalises them itself. */
const fixture = path.join(fixtures, 'statistics3.keras');
/** Its file says nothing of the pixels. */
const silent = path.join(fixtures, 'zoo3.keras');

/** Drops files on the window as a file manager does. */
async function drop(page: Page, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]) {
  const plain = files.map(({ name, bytes }) => ({ name, bytes: [...bytes] }));
  const transfer = await page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const { name, bytes } of given) made.items.add(new File([Uint8Array.from(bytes)], name));
    return made;
  }, plain);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

async function openByPath(lab: LabPage, file: string): Promise<void> {
  await lab.goTo('Models');
  await lab.page.getByLabel('File or folder, where the lab runs').fill(file);
  await lab.page.getByRole('button', { name: 'Open', exact: true }).click();
}

const card = (lab: LabPage) => lab.page.getByRole('region', { name: /^Model / });

story('a model is opened by its path, described, and looked into', async ({ lab }) => {
  await openByPath(lab, fixture);
  await expect(card(lab).getByRole('row', { name: /^Parameters/ })).toBeVisible();
  await expect(card(lab).getByRole('row', { name: /^Format .*Keras/ })).toBeVisible();
  await lab.keepScreenshot('models');

  await lab.page.getByRole('button', { name: 'Look inside', exact: true }).click();
  await lab.ready();
  await expect(lab.page.getByText('0 test images')).toBeVisible();

  const before = await lab.probabilitiesOnceStill();
  const light = encode({ width: 40, height: 40, channels: 1, data: new Uint8Array(1600).fill(200) });
  await drop(lab.page, [{ name: 'light.png', bytes: light }]);
  await expect(lab.page.getByRole('img', { name: 'Probe: Your picture' }).first()).toBeVisible();
  expect(await lab.probabilitiesOnceStill()).not.toEqual(before);
  await lab.keepScreenshot('models-inside');
});

story('what is said of a model is remembered', async ({ lab }) => {
  await openByPath(lab, silent);
  await expect(lab.page.getByText('does not say what its network expects of pixels')).toBeVisible();
  await lab.page.getByRole('button', { name: '0 to 255' }).click();
  await lab.page.getByRole('button', { name: 'Remember', exact: true }).click();
  await expect(card(lab).getByRole('row', { name: /^Preprocessing 0 to 255, as you said/ })).toBeVisible();
  await lab.page.reload();
  await lab.ready();
  await lab.goTo('Models');
  await lab.page
    .getByRole('region', { name: 'Recent models' })
    .getByRole('button', { name: /^zoo3/ })
    .click();
  await expect(card(lab).getByRole('row', { name: /^Preprocessing 0 to 255, as you said/ })).toBeVisible();
});

story('a model that is dropped is trained further, with a new head', async ({ lab }) => {
  await drop(lab.page, [{ name: 'statistics3.keras', bytes: await readFile(fixture) }]);
  await expect(lab.page.getByRole('heading', { name: 'statistics3' })).toBeVisible();
  await lab.page.getByText('New head: a fresh last layer').click();
  await lab.page.getByRole('button', { name: 'Train further' }).click();
  await lab.chooseQuickRecipe(1);
  await lab.trainToTheEnd();
  await lab.goTo('Runs');
  await expect(lab.run(1)).toContainText('statistics3');
});

story('a broken file gets its sentence', async ({ lab }) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-broken-'));
  const broken = path.join(folder, 'broken.keras');
  await writeFile(broken, (await readFile(fixture)).subarray(0, 900));
  await openByPath(lab, broken);
  await expect(lab.page.getByRole('alert').filter({ hasText: 'broken.keras' })).toBeVisible();
  await rm(folder, { recursive: true });
});

story('a model that the command line names is what the window begins with', async ({ page }) => {
  const server = await LabServer.start('--open', path.relative(projectRoot, fixture));
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'statistics3' })).toBeVisible({ timeout: 60_000 });
  await server.stop();
});

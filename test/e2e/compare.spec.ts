import { expect } from '@playwright/test';
import type { LabPage } from './lab-page';
import { story } from './story';

/** The cells of a row of the comparison, a run each. */
async function compared(lab: LabPage, label: string): Promise<readonly string[]> {
  const row = lab.page
    .getByRole('table', { name: 'Comparison' })
    .getByRole('row')
    .filter({ has: lab.page.getByRole('rowheader', { name: label, exact: true }) });
  const texts = await row.getByRole('cell').allTextContents();
  return texts.map((text) => text.replace(', best', '').trim());
}

/** What the table of runs says of a run, by the names of its columns. */
async function listed(lab: LabPage, number: number): Promise<Readonly<Record<string, string>>> {
  const table = lab.page.getByRole('table', { name: 'Runs' });
  const names = await table.getByRole('columnheader').allTextContents();
  const cells = await lab.run(number).locator('th, td').allTextContents();
  return Object.fromEntries(names.map((name, index) => [name.trim(), cells[index]?.trim() ?? '']));
}

story('two runs lie over each other, and what differs between them is told', async ({ lab }) => {
  await lab.chooseQuickRecipe(2);
  await lab.fill('Validation split', '0.1');
  await lab.fill('Learning rate', '0.001');
  await lab.trainToTheEnd();
  await lab.fill('Learning rate', '0.005');
  await lab.train.click();
  await lab.goTo('Runs');

  // The second one is chosen while it is trained, with the keys alone.
  await lab.run(2).focus();
  await lab.page.keyboard.press('Space');
  const panel = lab.page.getByRole('region', { name: 'Compare' });
  await expect(panel.getByRole('status')).toHaveText('1 run chosen');
  await expect(panel).toContainText('Choose another run to see what differs.');
  await lab.page.keyboard.press('ArrowDown');
  await lab.page.keyboard.press('Space');
  await expect(panel.getByRole('status')).toHaveText('2 runs compared');
  await expect(lab.state).toHaveText('Finished', { timeout: 90_000 });
  await expect(lab.run(2)).toContainText('Completed');

  const legend = panel.getByRole('table', { name: 'Legend' });
  await expect(legend.getByRole('rowheader')).toHaveText(['run 2', 'run 1']);
  expect(await compared(lab, 'Learning rate')).toEqual(['0.005', '0.001']);
  expect(await compared(lab, 'Epochs')).toEqual([]);
  expect(await compared(lab, 'Optimizer')).toEqual([]);

  // Both tables and the legend tell the same.
  const [second, first] = [await listed(lab, 2), await listed(lab, 1)];
  await expect.poll(() => compared(lab, 'Test accuracy')).toEqual([second['Test acc.'], first['Test acc.']]);
  const names = ['Loss', 'Val. loss', 'Accuracy', 'Val. acc.'];
  for (const [number, run] of [second, first].entries())
    expect(await legend.locator('tbody tr').nth(number).locator('td').allTextContents()).toEqual([
      '2',
      ...names.map((name) => run[name]),
      '',
    ]);
  const loss = panel.getByRole('img', { name: /^Loss of 2 runs\./ });
  await expect(loss).toHaveAttribute('aria-label', /run 2, epoch 2: .*run 1, epoch 2: /);
  await lab.keepScreenshot('compare');

  // Pointing at a curve marks its run: somewhere on the line of the first epoch both runs have theirs.
  await loss.scrollIntoViewIfNeeded();
  const box = await loss.boundingBox();
  if (box === null) throw new Error('The chart of the loss has no place.');
  const marked = new Set<string>();
  for (let y = box.y + 16; y < box.y + box.height - 24; y += 3) {
    await lab.page.mouse.move(box.x + 44, y);
    for (const name of await legend.locator('tr[aria-current="true"] th').allTextContents()) marked.add(name);
  }
  expect([...marked].sort()).toEqual(['run 1', 'run 2']);
  await expect(legend.getByText('Epoch 1')).toBeVisible();
  await lab.keepScreenshot('compare-pointed');

  await lab.page.emulateMedia({ colorScheme: 'dark' });
  await lab.page.mouse.move(0, 0);
  await expect(legend.getByText('Last epoch of each')).toBeVisible();
  await lab.keepScreenshot('compare-dark');

  // The choice outlives a look at another view.
  await lab.goTo('Train');
  await lab.goTo('Runs');
  await expect(panel.getByRole('status')).toHaveText('2 runs compared');
  await panel.getByRole('button', { name: 'Choose none' }).click();
  await expect(panel).toBeHidden();
});

import path from 'node:path';
import { expect } from '@playwright/test';
import { projectRoot } from './convscope';
import type { LabPage } from './lab-page';
import { story } from './story';

/** A functional model within a Sequential within a functional model, made by make_models.py beside it. */
const nested = path.join(projectRoot, 'test/fixtures/models/keras/nested3.keras');

async function openGraph(lab: LabPage, file: string): Promise<void> {
  await lab.goTo('Models');
  await lab.page.getByLabel('File or folder, where the lab runs').fill(file);
  await lab.page.getByRole('button', { name: 'Open', exact: true }).click();
  await lab.page.getByRole('button', { name: 'Graph', exact: true }).click();
  await expect(graph(lab)).toBeVisible();
}

const graph = (lab: LabPage) => lab.page.getByRole('group', { name: /^Graph of / });
const node = (lab: LabPage, name: string) => lab.page.locator(`[data-layer="${name}"]`);
const details = (lab: LabPage) => lab.page.getByRole('region', { name: 'Layer', exact: true });

story('a model is seen as a graph, walked through, and read layer by layer', async ({ lab }) => {
  await openGraph(lab, nested);
  await expect(graph(lab).getByRole('button')).toHaveCount(11);
  await expect(
    graph(lab).getByRole('button', { name: 'Conv2D stack/widen, 5 by 5 by 3, reads shared' }),
  ).toBeVisible();

  // From the view's switch, Tab leads into the graph.
  await lab.page.keyboard.press('Tab');
  await expect(node(lab, 'picture')).toBeFocused();
  for (const next of ['shared', 'stack/widen', 'stack/residual/inner_input']) {
    await lab.page.keyboard.press('ArrowDown');
    await expect(node(lab, next)).toBeFocused();
    await expect(details(lab).getByRole('heading', { name: next })).toBeVisible();
  }
  await lab.page.keyboard.press('ArrowUp');
  await expect(details(lab).getByRole('row', { name: 'kernel size 1 × 1' })).toBeVisible();
  await expect(details(lab).getByRole('row', { name: 'activation relu' })).toBeVisible();
  await expect(details(lab).getByText('kernel 1 × 1 × 2 × 3')).toBeVisible();

  const readers = details(lab).getByRole('navigation', { name: 'Read by' });
  await readers.getByRole('button', { name: 'stack/residual/inner_input' }).click();
  await expect(node(lab, 'stack/residual/inner_input')).toHaveAttribute('aria-pressed', 'true');
  await node(lab, 'stack/residual/inner_norm').click();
  await expect(details(lab).getByRole('row', { name: 'epsilon 0.001' })).toBeVisible();

  await lab.page.emulateMedia({ colorScheme: 'light' });
  await lab.keepScreenshot('model-graph-light');
  await lab.page.emulateMedia({ colorScheme: 'dark' });
  await lab.keepScreenshot('model-graph');

  await lab.page.getByRole('button', { name: 'List', exact: true }).click();
  await expect(lab.page.getByRole('row', { name: /^stack\/residual\/inner_norm/ })).toHaveClass(/selected/);
  await lab.page.getByRole('button', { name: 'shared', exact: true }).click();
  await expect(details(lab).getByRole('row', { name: 'kernel size 3 × 3' })).toBeVisible();
});

story('a graph is dragged and zoomed, and what a model is seen as is remembered', async ({ lab }) => {
  await openGraph(lab, nested);
  const place = async () => {
    const box = await node(lab, 'shared').boundingBox();
    if (box === null) throw new Error('The layer is not drawn.');
    return box;
  };
  const before = await place();
  const { x, y } = before;
  await lab.page.mouse.move(x + 20, y + 20);
  await lab.page.mouse.down();
  await lab.page.mouse.move(x + 80, y + 60, { steps: 4 });
  await lab.page.mouse.up();
  await expect.poll(async () => Math.round((await place()).x - x)).toBe(60);
  // It was dragged, not chosen.
  await expect(details(lab)).toBeHidden();

  await lab.page.getByRole('button', { name: 'Zoom out' }).click();
  await expect.poll(async () => (await place()).width / before.width).toBeCloseTo(0.8, 1);
  await lab.page.mouse.move(x, y);
  await lab.page.mouse.wheel(0, -400);
  await expect.poll(async () => (await place()).width / before.width).toBeGreaterThan(1.2);
  await lab.page.keyboard.press('f');
  await expect.poll(async () => Math.round((await place()).x)).toBe(Math.round(x));

  await lab.page.reload();
  await lab.ready();
  await lab.goTo('Models');
  await lab.page
    .getByRole('region', { name: 'Recent models' })
    .getByRole('button', { name: /^nested3/ })
    .click();
  await expect(graph(lab)).toBeVisible();
});

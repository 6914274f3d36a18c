import { expect, test as base } from '@playwright/test';
import { LabPage } from './lab-page';
import { LabServer } from './lab-server';

/** A story of the window over a server and a runs folder of its own; whatever the page complains of fails it. */
export const story = base.extend<{ lab: LabPage; server: LabServer }>({
  server: async ({}, use) => {
    const server = await LabServer.start();
    await use(server);
    await server.stop();
  },
  lab: async ({ page, server }, use) => {
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    const lab = new LabPage(page);
    await lab.open(server.url);
    await use(lab);
    expect(faults).toEqual([]);
  },
});

import { expect, test as base } from '@playwright/test';
import { BrowserReader } from './browser-reader';
import { LabPage } from './lab-page';
import { LabServer } from './lab-server';

/** A test that may open files in a browser of their own. */
export const test = base.extend<{ reader: BrowserReader }>({
  reader: async ({ browser }, use) => {
    const reader = await BrowserReader.open(browser);
    await use(reader);
    await reader.close();
  },
});

/** A story of the window over a server and a runs folder of its own; whatever the page complains of fails it. */
export const story = test.extend<{ lab: LabPage; server: LabServer }>({
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

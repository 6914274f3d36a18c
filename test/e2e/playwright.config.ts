import path from 'node:path';
import { defineConfig } from '@playwright/test';

const results = path.resolve(import.meta.dirname, '../../test-results');
const executablePath = process.env['CONVSCOPE_BROWSER'];
/** Chromium refuses to run its sandbox for root, as which containers run. */
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: '.',
  outputDir: path.join(results, 'e2e'),
  // Each test trains a network on all cores.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        // WebGL in software, where there is no graphics card.
        ...['--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    },
  },
  projects: [
    { name: 'chromium', testIgnore: '**/*.long.spec.ts' },
    // What takes minutes: npm run test:long.
    { name: 'long', testMatch: '**/*.long.spec.ts' },
    // Writes the pictures of the README: npm run screenshots.
    { name: 'screenshots', testMatch: '**/*.screenshots.ts' },
  ],
});

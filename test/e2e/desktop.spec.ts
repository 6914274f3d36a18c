import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { _electron, expect, test, type ElectronApplication } from '@playwright/test';
import { electronProgram, hasDisplay } from '../../electron/setup/electron-binary.mjs';
import { projectRoot } from './convscope';

const program = electronProgram(projectRoot);
const isRoot = process.getuid?.() === 0;

let app: ElectronApplication;
let folder: string;
const runs = (): string => path.join(folder, 'runs');

test.skip(program === null, 'the Electron binary is not installed: npx install-electron');
test.skip(!hasDisplay(), 'there is no display: set DISPLAY, for example with xvfb-run');

test.beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-desktop-'));
  app = await _electron.launch({
    ...(program !== null && { executablePath: program }),
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      `--user-data-dir=${path.join(folder, 'user-data')}`,
      projectRoot,
      '--runs',
      runs(),
    ],
  });
});
test.afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

test('the desktop shell trains in a window that holds nothing of Node, and restarts a lab that was killed', async () => {
  const page = await app.firstWindow();
  await expect(page).toHaveTitle('Convscope');
  expect(page.url()).toBe('app://convscope/');
  const inPage = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
  );
  expect(inPage).toEqual([]);

  const engine = page.getByRole('button', { name: /^Engine:/ });
  await expect(engine).toContainText(/TensorFlow|WebAssembly/);
  await page.getByLabel('At most').fill('1000');
  await page.getByLabel('At most').press('Enter');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeEnabled();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect.poll(async () => (await readdir(runs())).length).toBe(1);

  await app.evaluate(({ app: electronApp }) => {
    const lab = electronApp.getAppMetrics().find(({ name }) => name === 'Convscope lab');
    if (lab === undefined) throw new Error('The process of the lab is not there.');
    process.kill(lab.pid, 'SIGKILL');
  });
  await page.getByRole('button', { name: 'Restart the lab' }).click();
  await expect(engine).toContainText(/TensorFlow|WebAssembly/);
});

test('the desktop shell refuses other addresses and windows', async () => {
  const page = await app.firstWindow();
  await page.evaluate(() => {
    location.href = 'https://example.com/';
    window.open('https://example.com/');
  });
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible();
  expect(page.url()).toBe('app://convscope/');
  expect(app.windows()).toHaveLength(1);
});

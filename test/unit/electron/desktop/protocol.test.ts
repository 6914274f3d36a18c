import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freshElectron } from './fixture';

let end: () => Promise<void>;
let get: (url: string, method?: string) => Promise<Response>;

beforeEach(async () => {
  const fresh = await freshElectron();
  end = fresh.end;
  const renderer = path.join(fresh.folder, 'renderer');
  await mkdir(path.join(renderer, 'assets'), { recursive: true });
  await mkdir(path.join(fresh.folder, 'renderer-other'));
  await writeFile(path.join(renderer, 'index.html'), '<!doctype html>');
  await writeFile(path.join(renderer, 'assets/index.js'), 'export {};');
  await writeFile(path.join(renderer, 'assets/notes.txt'), 'of no kind that the build writes');
  await writeFile(path.join(fresh.folder, 'secret.json'), '{}');
  await writeFile(path.join(fresh.folder, 'renderer-other/secret.json'), '{}');
  const { serveAppScheme } = await import('../../../../electron/desktop/protocol');
  serveAppScheme(renderer);
  const handler = fresh.electron.protocol.handlers.get('app');
  if (handler === undefined) throw new Error('The scheme is not served.');
  get = (url, method = 'GET') => handler(new Request(url, { method }));
});
afterEach(() => end());

it('serves the page with a strict policy, and its files with their kinds', async () => {
  const page = await get('app://convscope/');
  expect(await page.text()).toBe('<!doctype html>');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(policy).not.toContain('http');
  const script = await get('app://convscope/assets/index.js?v=1#x');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

it.each([
  'app://convscope/../secret.json',
  'app://convscope/..%2fsecret.json',
  'app://convscope/%2e%2e%2fsecret.json',
  'app://convscope/assets/..%2f..%2fsecret.json',
  'app://convscope/..%2frenderer-other%2fsecret.json',
  'app://convscope//etc/passwd',
  'app://convscope/index.html%00.js',
  'app://convscope/%E0%A4%A',
  'app://convscope/assets',
  'app://convscope/assets/notes.txt',
  'app://convscope/missing.js',
  'app://convscope/index.html/x.js',
  'app://elsewhere/index.html',
])('serves nothing else: %s', async (url) => {
  expect((await get(url)).status).toBe(404);
});

it('is only read', async () => {
  expect((await get('app://convscope/index.html', 'POST')).status).toBe(404);
});

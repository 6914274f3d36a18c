import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBuilt } from '../../../../electron/setup/build.mjs';
import { hasDisplay } from '../../../../electron/setup/electron-binary.mjs';
import { cacheFolder } from '../../../../electron/setup/engine/cache.mjs';
import { recipesFor } from '../../../../electron/setup/engine/recipes.mjs';
import { packagesAreInstalled } from '../../../../electron/setup/packages.mjs';

describe('what set-up finds in a project', () => {
  let project = '';
  beforeEach(() => (project = mkdtempSync(path.join(tmpdir(), 'convscope-project-'))));
  afterEach(() => rmSync(project, { recursive: true }));

  const write = (file: string, content: unknown): void => {
    const at = path.join(project, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
  };

  it('takes packages as installed when npm installed what the lock file names, whatever the dates', () => {
    const packages = { 'node_modules/a': { version: '1.0.0' } };
    const forOtherSystems = { 'node_modules/b': { version: '2.0.0', optional: true } };
    write('package-lock.json', { packages: { '': {}, ...packages, ...forOtherSystems } });
    expect(packagesAreInstalled(project)).toBe(false);
    write('node_modules/.package-lock.json', { packages });
    expect(packagesAreInstalled(project)).toBe(true);
    write('package-lock.json', { packages: { ...packages, 'node_modules/a': { version: '1.0.1' } } });
    expect(packagesAreInstalled(project)).toBe(false);
    write('package-lock.json', { packages: {} });
    expect(packagesAreInstalled(project)).toBe(false);
  });

  it('takes a build as fresh until a source changes, appears or goes away', () => {
    const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1000);
    const dateAll = (seconds: number): void => {
      for (const each of ['electron/lab/lab.ts', 'electron/lab', 'electron']) {
        utimesSync(path.join(project, each), at(seconds), at(seconds));
      }
    };
    write('electron/lab/lab.ts', '');
    dateAll(0);
    expect(isBuilt(project)).toBe(false);
    write('out/built', '');
    utimesSync(path.join(project, 'out/built'), at(10), at(10));
    expect(isBuilt(project)).toBe(true);
    utimesSync(path.join(project, 'electron/lab/lab.ts'), at(20), at(20));
    expect(isBuilt(project)).toBe(false);
    dateAll(0);
    rmSync(path.join(project, 'electron/lab/lab.ts'));
    expect(isBuilt(project)).toBe(false);
  });
});

describe('what set-up knows of systems', () => {
  it('keeps its cache where each system has caches', () => {
    expect(cacheFolder({}, 'linux', '/home/ada')).toBe('/home/ada/.cache/convscope');
    expect(cacheFolder({ XDG_CACHE_HOME: '/big' }, 'linux', '/home/ada')).toBe('/big/convscope');
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/ada')).toBe(
      '/home/ada/.cache/convscope',
    );
    expect(cacheFolder({}, 'darwin', '/Users/ada')).toBe('/Users/ada/Library/Caches/convscope');
    expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32', '/users/ada')).toBe('/local/convscope');
  });

  it.each([
    { platform: 'linux', arch: 'x64', glibc: true, nvidia: true, recipes: ['linux-x64-cuda', 'linux-x64'] },
    { platform: 'linux', arch: 'x64', glibc: true, nvidia: false, recipes: ['linux-x64'] },
    { platform: 'linux', arch: 'arm64', glibc: true, nvidia: false, recipes: ['linux-arm64'] },
    { platform: 'linux', arch: 'x64', glibc: false, nvidia: false, recipes: [] },
    { platform: 'darwin', arch: 'arm64', glibc: false, nvidia: false, recipes: ['darwin-arm64'] },
    { platform: 'darwin', arch: 'x64', glibc: false, nvidia: false, recipes: [] },
    { platform: 'win32', arch: 'x64', glibc: false, nvidia: true, recipes: ['win32-x64'] },
  ] as const)(
    'installs $recipes on $platform $arch (glibc $glibc, NVIDIA $nvidia)',
    ({ recipes, ...machine }) => {
      expect(recipesFor(machine)).toEqual(recipes);
    },
  );

  it('opens windows on Linux only with a display', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });
});

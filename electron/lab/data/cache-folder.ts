import os from 'node:os';
import path from 'node:path';

/** Where things that can be fetched again are kept: XDG_CACHE_HOME, or the platform's own place. */
export function cacheFolder(): string {
  const named = process.env['XDG_CACHE_HOME'];
  if (named !== undefined && named !== '') return path.join(named, 'convscope');
  const home = os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'convscope');
  if (process.platform === 'win32') {
    return path.join(
      process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'),
      'convscope',
      'cache',
    );
  }
  return path.join(home, '.cache', 'convscope');
}

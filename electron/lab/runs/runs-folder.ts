import os from 'node:os';
import path from 'node:path';

/** Where runs are kept unless a person names another folder. */
export function defaultRunsFolder(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = os.homedir(),
): string {
  return path.join(dataHome(platform, environment, home), 'convscope', 'runs');
}

/** Where is kept what is known of models of others, and those that a browser sent. */
export function defaultModelsFolder(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = os.homedir(),
): string {
  return path.join(dataHome(platform, environment, home), 'convscope', 'models');
}

function dataHome(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, home: string): string {
  switch (platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Application Support');
    case 'win32':
      return environment['APPDATA'] ?? path.join(home, 'AppData', 'Roaming');
    default:
      // XDG Base Directory Specification 0.8: relative paths are to be ignored.
      return environment['XDG_DATA_HOME']?.startsWith('/') === true
        ? environment['XDG_DATA_HOME']
        : path.join(home, '.local', 'share');
  }
}

/** The address of the window's page, and the question whether another address is it. */
import { appHost, appScheme } from './protocol';

/** In development the page comes from Vite's server, whose address electron-vite puts into the environment. */
export function pageAddress(packaged: boolean, environment: NodeJS.ProcessEnv): string {
  const built = `${appScheme}://${appHost}/`;
  return packaged ? built : (environment['ELECTRON_RENDERER_URL'] ?? built);
}

/** Whether both come from the same place. `URL.origin` does not tell: it is `null` for schemes of our own. */
export function samePlace(address: string, page: string): boolean {
  if (!URL.canParse(address)) return false;
  const [a, b] = [new URL(address), new URL(page)];
  return a.protocol === b.protocol && a.host === b.host;
}

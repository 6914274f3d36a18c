import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { contentPolicy } from '#shared/content-policy';

/** A scheme of our own, as pages of `file:` may read any file and have no origin. */
export const appScheme = 'app';
export const appHost = 'convscope';

/** The kinds of file that the build writes. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** To be called before the app is ready: standard and secure, so that modules, fonts and storage work. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the files of one folder, and nothing else, as `app://convscope/`. */
export function serveAppScheme(folder: string): void {
  protocol.handle(appScheme, (request) => answer(request, folder));
}

async function answer(request: Request, folder: string): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  const file = host === appHost && request.method === 'GET' ? fileAt(folder, pathname) : null;
  const mediaType = mediaTypes[path.extname(file ?? '')];
  if (file === null || mediaType === undefined) return notFound();
  try {
    return new Response(await readFile(file), {
      headers: {
        'Content-Type': mediaType,
        'Content-Security-Policy': contentPolicy(["'self'"]),
        'Cache-Control': 'no-cache',
        'X-Content-Type-Options': 'nosniff',
      },
    });
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return notFound();
    throw error;
  }
}

/** The file that a path names, or `null` if it leads out of the folder or is none. */
function fileAt(folder: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
  if (decoded.includes('\0')) return null;
  const file = path.resolve(folder, `.${decoded === '/' ? '/index.html' : decoded}`);
  const within = path.relative(folder, file);
  return within.startsWith('..') || path.isAbsolute(within) ? null : file;
}

function notFound(): Response {
  return new Response('There is no such page.\n', { status: 404, headers: { 'Content-Type': 'text/plain' } });
}

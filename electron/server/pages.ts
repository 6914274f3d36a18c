import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import sirv from 'sirv';
import { contentPolicy } from '#shared/content-policy';
import { Refusal } from '#shared/errors';

/**
 * Answers with the built window's files. They are listed once, at the start, and nothing that is not on the list
 * is ever opened: there is no path to escape by. Throws a `Refusal` if the window is not built.
 */
export function pages(folder: string): (request: IncomingMessage, response: ServerResponse) => void {
  if (!existsSync(path.join(folder, 'index.html')))
    throw new Refusal(
      `The window is not built: ${folder} has no index.html; run npm start or npm run build.`,
    );
  const files = sirv(folder, {
    etag: true,
    extensions: ['html'],
    setHeaders: (response, pathname) => {
      // The build names its assets by their content.
      const lasting = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'Only GET and HEAD are answered here.');
      return;
    }
    files(request, response, () => {
      refuse(response, 404, 'There is no such page.');
    });
  };
}

export function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}

/** Sets what every answer carries. `host` must be a checked `Host` header. */
export function setSecurityHeaders(response: ServerResponse, host: string): void {
  const headers = {
    // Not every browser counts ws: under 'self'.
    'Content-Security-Policy': contentPolicy(["'self'", `ws://${host}`, `wss://${host}`]),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), usb=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

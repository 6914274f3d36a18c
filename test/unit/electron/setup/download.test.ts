import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, DownloadError } from '../../../../electron/setup/download.mjs';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');
const md5 = createHash('md5').update(content).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves the content as a good mirror does: whole, or the range that was asked for. */
const serve: Handler = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (request.headers.range === undefined) {
    response.writeHead(200, { 'content-length': content.length }).end(content);
  } else if (from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  } else {
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    response
      .writeHead(206, { 'content-range': range, 'content-length': content.length - from })
      .end(content.subarray(from));
  }
};

describe('download', () => {
  let folder = '';
  let to = '';
  let servers: Server[] = [];
  let requests: { readonly server: number; readonly range: string | undefined }[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convscope-download-'));
    to = path.join(folder, 'deep', 'images.gz');
    servers = [];
    requests = [];
  });

  afterEach(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
    await rm(folder, { recursive: true });
  });

  async function mirror(handler: Handler): Promise<string> {
    const number = servers.length;
    const server = createServer((request, response) => {
      requests.push({ server: number, range: request.headers.range });
      handler(request, response);
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/images.gz`;
  }

  it('fetches the file, checks it, reports how far it is and leaves nothing beside it', async () => {
    const seen: { received: number; total: number | null }[] = [];
    await download({
      urls: [await mirror(serve)],
      to,
      md5,
      onProgress: ({ received, total }) => seen.push({ received, total }),
    });
    expect((await readFile(to)).equals(content)).toBe(true);
    expect(existsSync(`${to}.part`)).toBe(false);
    expect(seen.at(-1)).toEqual({ received: content.length, total: content.length });
  });

  it('asks nobody when the file is there and right', async () => {
    const url = await mirror(serve);
    await download({ urls: [url], to, sha256 });
    await download({ urls: [url], to, sha256 });
    expect(requests).toHaveLength(1);
  });

  it('replaces a file with another checksum', async () => {
    const url = await mirror(serve);
    await download({ urls: [url], to, sha256 });
    await writeFile(to, 'damaged');
    await download({ urls: [url], to, sha256 });
    expect((await readFile(to)).equals(content)).toBe(true);
  });

  it('takes up where a broken connection left off', async () => {
    const breaking = await mirror((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
    });
    await expect(download({ urls: [breaking], to, sha256 })).rejects.toThrow(DownloadError);
    expect(existsSync(to)).toBe(false);
    expect((await readFile(`${to}.part`)).length).toBe(100_000);
    await download({ urls: [await mirror(serve)], to, sha256 });
    expect(requests.at(-1)).toEqual({ server: 1, range: 'bytes=100000-' });
    expect((await readFile(to)).equals(content)).toBe(true);
  });

  it('starts again where a server ignores ranges', async () => {
    await download({ urls: [await mirror(serve)], to, sha256 });
    await rm(to);
    await writeFile(`${to}.part`, content.subarray(0, 1000));
    const whole = await mirror((_, response) => response.end(content));
    await download({ urls: [whole], to, sha256 });
    expect((await readFile(to)).equals(content)).toBe(true);
  });

  it('starts again when the part on disk was of another file', async () => {
    await download({ urls: [await mirror(serve)], to, sha256 });
    await rm(to);
    const url = await mirror(serve);
    await writeFile(`${to}.part`, Buffer.alloc(400_000));
    await download({ urls: [url], to, sha256 });
    expect((await readFile(to)).equals(content)).toBe(true);
    await rm(to);
    await writeFile(`${to}.part`, Buffer.alloc(1000));
    await download({ urls: [url], to, sha256 });
    expect((await readFile(to)).equals(content)).toBe(true);
  });

  it('goes on to the next mirror after one that refuses and one that sends another file', async () => {
    const gone = await mirror((_, response) => response.writeHead(404).end());
    const wrong = await mirror((_, response) => response.end('<html>Please sign in</html>'));
    await download({ urls: [gone, wrong, await mirror(serve)], to, sha256 });
    expect((await readFile(to)).equals(content)).toBe(true);
    expect(requests.map(({ server }) => server)).toEqual([0, 1, 2]);
  });

  it('says what every mirror did when none has the file, and leaves no wrong file', async () => {
    const gone = await mirror((_, response) => response.writeHead(503).end());
    const wrong = await mirror((_, response) => response.end('another file'));
    const attempt = download({ urls: [gone, wrong, 'http://127.0.0.1:9/images.gz'], to, sha256 });
    await expect(attempt).rejects.toThrow(
      /images\.gz could not be downloaded \(.*it answered 503; .*another checksum; 127\.0\.0\.1:9: .+\)\./,
    );
    expect(existsSync(to)).toBe(false);
    expect(existsSync(`${to}.part`)).toBe(false);
  });

  it('stops when told, with the reason given, and keeps the part for the next time', async () => {
    const slow = await mirror((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 50_000));
    });
    const abort = new AbortController();
    const reason = new Error('the person cancelled');
    const attempt = download({
      urls: [slow, await mirror(serve)],
      to,
      sha256,
      signal: abort.signal,
      onProgress: ({ received }) => {
        if (received === 50_000) setTimeout(() => abort.abort(reason), 50);
      },
    });
    await expect(attempt).rejects.toBe(reason);
    expect(requests).toHaveLength(1);
    expect((await readFile(`${to}.part`)).length).toBe(50_000);
  });
});

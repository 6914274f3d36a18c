import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { openPublished } from '../../../../../electron/lab/data/open';
import { fashionMnist, mnist, type PublishedSet } from '../../../../../electron/lab/data/published';
import { describeWithRealData } from '../../../../real-data';
import { publishedFiles, recordingWatch, splitFiles, temporaryFolder, without, writeFiles } from './fixture';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const files = publishedFiles(splitFiles([3, 1, 2, 0]), splitFiles([2, 1]));

function setAt(...mirrors: readonly string[]): PublishedSet {
  return {
    id: 'mnist',
    title: 'Small MNIST',
    classes: ['zero', 'one', 'two', 'three'],
    mirrors,
    files: Object.entries(files).map(([name, bytes]) => ({
      name,
      bytes: bytes.length,
      sha256: sha256(bytes),
    })),
  };
}

describe('openPublished', () => {
  let cache = '';
  let servers: Server[] = [];
  let asked: string[] = [];

  beforeEach(async () => {
    cache = await temporaryFolder();
    asked = [];
  });

  afterEach(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
    servers = [];
    await rm(cache, { recursive: true });
  });

  /** A mirror that serves these files below /set/ and knows no others. */
  async function mirror(served: Readonly<Record<string, Uint8Array>>): Promise<string> {
    const server = createServer((request, response) => {
      const name = path.basename(request.url ?? '');
      asked.push(name);
      const bytes = request.url === `/set/${name}` ? served[name] : undefined;
      if (bytes === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/set/`;
  }

  const unnamed = { folder: null, limit: null };

  it('fetches the four files into the cache and reports how far it is', async () => {
    const watch = recordingWatch();
    const data = await openPublished(setAt(await mirror(files)), unnamed, watch, cache);
    expect(data).toMatchObject({ name: 'mnist', classes: ['zero', 'one', 'two', 'three'], trainingCount: 4 });
    for (const [name, bytes] of Object.entries(files)) {
      expect(sha256(await readFile(path.join(cache, 'data', 'mnist', name)))).toBe(sha256(bytes));
    }
    const fetching = watch.tasks.filter(({ label }) => label === 'Fetching Small MNIST');
    const fractions = fetching.map(({ fraction }) => fraction ?? NaN);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('fetches nothing that is there already', async () => {
    const set = setAt(await mirror(files));
    await openPublished(set, unnamed, recordingWatch(), cache);
    asked = [];
    await openPublished(set, unnamed, recordingWatch(), cache);
    expect(asked).toEqual([]);
  });

  it('fetches a file again that was damaged on disk', async () => {
    const set = setAt(await mirror(files));
    await openPublished(set, unnamed, recordingWatch(), cache);
    asked = [];
    await writeFile(path.join(cache, 'data', 'mnist', 't10k-labels-idx1-ubyte.gz'), 'damaged');
    expect((await openPublished(set, unnamed, recordingWatch(), cache)).testCount).toBe(2);
    expect(new Set(asked)).toEqual(new Set(['t10k-labels-idx1-ubyte.gz']));
  });

  it('goes on to the next mirror where one lacks a file or sends another', async () => {
    const three = without(files, 't10k-labels-idx1-ubyte.gz');
    const poor = await mirror({ ...three, 'train-images-idx3-ubyte.gz': Uint8Array.of(1, 2, 3) });
    const data = await openPublished(setAt(poor, await mirror(files)), unnamed, recordingWatch(), cache);
    expect(data).toMatchObject({ trainingCount: 4, testCount: 2 });
  });

  it('says which hosts were asked and what to do when none serves it', async () => {
    const [first, second] = [await mirror({}), await mirror({})];
    const hosts = [first, second].map((address) => new URL(address).host).join(', ');
    await expect(openPublished(setAt(first, second), unnamed, recordingWatch(), cache)).rejects.toThrow(
      new Refusal(
        `Small MNIST could not be fetched from ${hosts}: check the network, name a folder that holds its four IDX ` +
          `files, or train on digits, which need no download.`,
      ),
    );
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('the person changed their mind');
    const watch = recordingWatch(AbortSignal.abort(reason));
    await expect(openPublished(setAt(await mirror(files)), unnamed, watch, cache)).rejects.toBe(reason);
  });

  it('takes a named folder as it is, without the network', async () => {
    const folder = path.join(cache, 'mine');
    await writeFiles(folder, files);
    const data = await openPublished(
      setAt(await mirror(files)),
      { folder, limit: 2 },
      recordingWatch(),
      cache,
    );
    expect(data).toMatchObject({ trainingCount: 2, testCount: 2, classes: ['zero', 'one', 'two', 'three'] });
    expect(asked).toEqual([]);
  });
});

describe.each([mnist, fashionMnist])('the mirrors of $title', (set) => {
  it('are folders on secure hosts', () => {
    for (const mirror of set.mirrors) expect(mirror).toMatch(/^https:\/\/.*\/$/);
    expect(set.mirrors.length).toBeGreaterThan(1);
  });
});

for (const set of [mnist, fashionMnist]) {
  describeWithRealData(`the checksums of ${set.title}`, set.id, (folder) => {
    it('are those of the published files', async () => {
      for (const { name, bytes, sha256: expected } of set.files) {
        const file = await readFile(path.join(folder, name));
        expect([file.length, sha256(file)]).toEqual([bytes, expected]);
      }
    });
  });
}

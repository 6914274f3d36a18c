import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReceivedFiles, safePath } from '../../../../../../electron/lab/session/models/received-files';

let folder: string;
let files: ReceivedFiles;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-received-'));
  files = new ReceivedFiles(folder, { file: 10, upload: 16 });
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const upload = '6f1f5c0e-7a52-4a7b-9a53-2f4c1d9b8e01';
const part = (name: string, bytes: readonly number[], offset = 0) => ({
  upload,
  path: name,
  offset,
  bytes: Uint8Array.from(bytes),
});

describe('files that a browser sends', () => {
  it('arrive whole, and the same files again in the same place', async () => {
    const send = async (): Promise<string> => {
      await files.receive(part('net/model.json', [1, 2]));
      await files.receive(part('net/model.json', [3], 2));
      await files.receive(part('net/weights/shard', []));
      return files.finish(upload);
    };
    const at = await send();
    expect(path.basename(at)).toBe('net');
    expect([...(await readFile(path.join(at, 'model.json')))]).toEqual([1, 2, 3]);
    expect(await readFile(path.join(at, 'weights/shard'))).toHaveLength(0);
    expect(await send()).toBe(at);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('lead to the file where it is one, and to their folder where they are several', async () => {
    await files.receive(part('lenet.h5', [1]));
    expect(path.basename(await files.finish(upload))).toBe('lenet.h5');
    await files.receive(part('model.json', [1]));
    await files.receive(part('shard.bin', [2]));
    expect(await readdir(await files.finish(upload))).toEqual(['model.json', 'shard.bin']);
  });

  it.each(['../model.json', 'net/../../model.json', '..\\model.json', '', '/', 'net/mod\0el'])(
    'are refused where their path is %j',
    async (name) => {
      await expect(files.receive(part(name, [1]))).rejects.toThrow('of a dropped file leads elsewhere.');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('have names that every file system takes', () => {
    expect(safePath('/a/b:c/d?.bin')).toBe('a/b_c/d_.bin');
    expect(safePath('C:\\models\\net.h5')).toBe('C_/models/net.h5');
  });

  it('are refused where they are too large, or a part is missing', async () => {
    await expect(files.receive(part('net.h5', new Array<number>(11).fill(0)))).rejects.toThrow(
      /net\.h5 is larger than the .* that are taken of one file/,
    );
    await files.receive(part('a', new Array<number>(9).fill(0)));
    await expect(files.receive(part('b', new Array<number>(9).fill(0)))).rejects.toThrow(
      /The files together are larger than/,
    );
    await expect(files.receive(part('a', [1], 12))).rejects.toThrow('3 bytes are missing between its parts');
    await expect(files.finish('00000000-0000-4000-8000-000000000000')).rejects.toThrow(
      'No file of this upload',
    );
  });
});

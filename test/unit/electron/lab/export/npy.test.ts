import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { npy } from '../../../../../electron/lab/export/npy';
import { npz } from '../../../../../electron/lab/export/npz';
import { describeWithNumPy } from '../../../../fixtures/numpy/numpy';

const counted = (...shape: readonly number[]) => ({
  shape,
  values: Float32Array.from(
    { length: shape.reduce((product, size) => product * size, 1) },
    (_, i) => i / 3 - 1,
  ),
});

await describeWithNumPy('NumPy', (read) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'convscope-npy-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const written = (name: string, bytes: Uint8Array) => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };

  it('opens arrays of any number of axes, with their values in C order', async () => {
    const arrays = [
      counted(),
      counted(5),
      counted(0, 3),
      counted(3, 3, 2, 4),
      counted(...Array<number>(20).fill(1)),
    ];
    const opened = await read(...arrays.map((array, i) => written(`${i}.npy`, npy(array))));
    opened.forEach((file, i) => {
      const { shape, values } = arrays[i] as (typeof arrays)[number];
      expect(file['']).toEqual({ type: '<f4', shape, cOrder: true, values: [...values] });
    });
  });

  it('opens archives by the names of layers, those with slashes and twice the same too', async () => {
    const arrays = [
      { name: 'conv2d_1', ...counted(2, 2) },
      { name: 'block/conv', ...counted(3) },
      { name: 'conv2d_1', ...counted(1) },
    ];
    const [opened] = await read(written('many.npz', npz(arrays)));
    expect(Object.keys(opened ?? {})).toEqual(['conv2d_1', 'block/conv', 'conv2d_1_2']);
    expect(opened?.['block/conv']?.values).toEqual([...counted(3).values]);
  });

  it('reads what is not a finite number as it was', async () => {
    const odd = { shape: [3], values: Float32Array.of(NaN, 1e-45, -0) };
    const [opened] = await read(written('odd.npy', npy(odd)));
    expect(opened?.['']?.values[0]).toBeNull();
    expect(opened?.['']?.values[1]).toBe(Math.fround(1e-45));
  });
});

describe('archives of arrays', () => {
  it('are the same bytes whenever they are made', () => {
    const arrays = [{ name: 'a', ...counted(4) }];
    vi.useFakeTimers();
    try {
      const made = ['2026-01-01T00:00:00Z', '2031-07-01T12:34:56Z'].map((moment) => {
        vi.setSystemTime(new Date(moment));
        return npz(arrays);
      });
      expect(made[1]).toEqual(made[0]);
    } finally {
      vi.useRealTimers();
    }
  });
});

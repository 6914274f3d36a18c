import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { test } from '@playwright/test';
import { unzipSync } from 'fflate';
import type { ReadArray, ReadArrays } from '../fixtures/numpy/numpy';
import { pythonEnvironment } from '../python-environment';

const run = promisify(execFile);
const numpyFolder = path.join(import.meta.dirname, '..', 'fixtures', 'numpy');
const withoutNumPy = 'read without NumPy';
const mostOutput = 256 * 1024 * 1024;

/**
 * The arrays of an NPY or NPZ file as NumPy opens them; where there is no Python or no network, which the test is
 * annotated with, by the documented header. In CI there must be NumPy.
 */
export async function readArrays(file: string): Promise<ReadArrays> {
  let python: string;
  try {
    python = await pythonEnvironment('numpy', path.join(numpyFolder, 'requirements.txt'), true);
  } catch (thrown) {
    if (process.env['CI'] !== undefined) throw thrown;
    const description = thrown instanceof Error ? thrown.message : String(thrown);
    const { annotations } = test.info();
    if (!annotations.some(({ type }) => type === withoutNumPy))
      annotations.push({ type: withoutNumPy, description });
    return readByHeader(file);
  }
  const script = path.join(numpyFolder, 'read_arrays.py');
  const { stdout } = await run(python, [script, file], { maxBuffer: mostOutput });
  const [arrays] = JSON.parse(stdout) as readonly ReadArrays[];
  if (arrays === undefined) throw new Error(`NumPy said nothing of ${file}.`);
  return arrays;
}

async function readByHeader(file: string): Promise<ReadArrays> {
  const bytes = await readFile(file);
  if (file.endsWith('.npy')) return { '': arrayOf(bytes) };
  return Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, content]) => [
      name.replace(/\.npy$/, ''),
      arrayOf(Buffer.from(content)),
    ]),
  );
}

/** https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0. */
function arrayOf(bytes: Buffer): ReadArray {
  const magic = bytes.subarray(0, 8).toString('latin1');
  if (magic !== '\x93NUMPY\x01\x00') throw new Error(`The array begins with ${JSON.stringify(magic)}.`);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.subarray(10, start).toString('latin1');
  const [, type, order, sizes] =
    /'descr': '(.+?)'.*'fortran_order': (True|False).*'shape': \(([\d, ]*)\)/.exec(header) ?? [];
  if (type !== '<f4' || sizes === undefined) throw new Error(`The header of the array is ${header}.`);
  const shape = [...sizes.matchAll(/\d+/g)].map(([size]) => Number(size));
  const values = Array.from({ length: (bytes.length - start) / 4 }, (_, at) => {
    const value = bytes.readFloatLE(start + at * 4);
    // As NumPy's values come through JSON.
    return Number.isNaN(value) ? null : value;
  });
  return { type, shape, cOrder: order === 'False', values };
}

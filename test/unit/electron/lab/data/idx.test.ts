import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { readIdx } from '../../../../../electron/lab/data/idx';
import { idxFile } from './fixture';

const whole = idxFile([2, 2, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));

function changed(change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = whole.slice();
  change(bytes);
  return bytes;
}

describe('readIdx', () => {
  it.each([
    ['plain', whole],
    ['gzip', gzipSync(whole)],
  ])('reads a %s file', (_, file) => {
    const { shape, values } = readIdx(file, 'images', [3]);
    expect(shape).toEqual([2, 2, 2]);
    expect([...values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('reads a file that lies inside a larger buffer', () => {
    const larger = new Uint8Array(whole.length + 7);
    larger.set(whole, 5);
    expect(readIdx(larger.subarray(5, 5 + whole.length), 'images', [3]).shape).toEqual([2, 2, 2]);
  });

  it.each<[string, Uint8Array, number, string]>([
    ['nothing', new Uint8Array(0), 3, 'images is no IDX file: it holds only 0 bytes.'],
    ['a few bytes', Uint8Array.of(0, 0, 8), 3, 'images is no IDX file: it holds only 3 bytes.'],
    [
      'another format',
      new TextEncoder().encode('<!doctype html>'),
      3,
      'images is no IDX file: it does not begin with two zero bytes.',
    ],
    [
      'floats',
      changed((bytes) => (bytes[2] = 0x0d)),
      3,
      'images holds 32-bit floats; Convscope reads IDX files of unsigned bytes.',
    ],
    [
      'an unknown type',
      changed((bytes) => (bytes[2] = 0x77)),
      3,
      'images holds elements of an unknown type (0x77); Convscope reads IDX files of unsigned bytes.',
    ],
    [
      'labels for images',
      idxFile([1], Uint8Array.of(7)),
      3,
      'images has 1 dimensions where 3 were expected.',
    ],
    ['a header cut short', whole.slice(0, 10), 3, 'images ends inside its header.'],
    [
      'missing values',
      whole.slice(0, -3),
      3,
      'images is cut short: its header announces 2 x 2 x 2 = 8 bytes and 5 follow.',
    ],
    [
      'values too many',
      Uint8Array.of(...whole, 9),
      3,
      'images is too long: its header announces 2 x 2 x 2 = 8 bytes and 9 follow.',
    ],
    [
      'an absurd size',
      idxFile([0xffff_ffff, 0xffff_ffff, 2], new Uint8Array(8)),
      3,
      `images is cut short: its header announces 4294967295 x 4294967295 x 2 = ${0xffff_ffff * 0xffff_ffff * 2} ` +
        `bytes and 8 follow.`,
    ],
    [
      'a damaged gzip file',
      gzipSync(whole).subarray(0, 20),
      3,
      'images is a damaged gzip file; fetch it again.',
    ],
  ])('refuses %s', (_, file, dimensions, sentence) => {
    expect(() => readIdx(file, 'images', [dimensions])).toThrow(new Refusal(sentence));
  });
});

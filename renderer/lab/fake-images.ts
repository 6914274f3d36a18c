/** Images for the fake lab: digits of a 5 x 7 dot-matrix font, shifted, slanted and blurred by their index. */
import type { ImageSet } from '#shared/images';
import { derivedSeed } from '#shared/random';

const glyphs = [
  '01110 10001 10011 10101 11001 10001 01110',
  '00100 01100 00100 00100 00100 00100 01110',
  '01110 10001 00001 00010 00100 01000 11111',
  '11110 00001 00001 01110 00001 00001 11110',
  '00010 00110 01010 10010 11111 00010 00010',
  '11111 10000 11110 00001 00001 10001 01110',
  '00110 01000 10000 11110 10001 10001 01110',
  '11111 00001 00010 00100 01000 01000 01000',
  '01110 10001 10001 01110 10001 10001 01110',
  '01110 10001 10001 01111 00001 00010 01100',
].map((rows) => rows.split(' '));

const side = 28;
const box = 20;

/** `count` labelled images of 28 x 28, white on black. The same index always gives the same image. */
export function fakeDigits(count: number): ImageSet {
  const pixels = new Uint8Array(count * side * side);
  const labels = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const label = derivedSeed(7, index) % 10;
    labels[index] = label;
    drawDigit(label, derivedSeed(11, index), pixels.subarray(index * side * side, (index + 1) * side * side));
  }
  return { count, shape: [side, side, 1], pixels, labels };
}

function drawDigit(label: number, seed: number, target: Uint8Array): void {
  const slant = ((seed & 0xff) / 255 - 0.5) * 0.5;
  const shiftX = ((seed >>> 8) & 0xff) / 128 - 1;
  const shiftY = ((seed >>> 16) & 0xff) / 128 - 1;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const row = ((y - 4 - shiftY) / box) * 7 - 0.5;
      const column = ((x - 6 - shiftX + (y - side / 2) * slant) / 16) * 5 - 0.5;
      target[y * side + x] = Math.round(255 * Math.min(1, ink(label, row, column) * 1.5));
    }
  }
}

/** The darkness of a glyph between its dots, by bilinear interpolation. */
function ink(label: number, row: number, column: number): number {
  const top = Math.floor(row);
  const left = Math.floor(column);
  const down = row - top;
  const right = column - left;
  return (
    dot(label, top, left) * (1 - down) * (1 - right) +
    dot(label, top, left + 1) * (1 - down) * right +
    dot(label, top + 1, left) * down * (1 - right) +
    dot(label, top + 1, left + 1) * down * right
  );
}

function dot(label: number, row: number, column: number): number {
  return glyphs[label]?.[row]?.[column] === '1' ? 1 : 0;
}

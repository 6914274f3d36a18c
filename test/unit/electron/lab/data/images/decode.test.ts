import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageSizeOf } from '../../../../../../electron/lab/data/images/decode';
import pictures from '../../../../../fixtures/pictures/pictures.json';

/** What Pillow wrote, and what Pillow reads in it. */
interface Picture {
  readonly base64: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: string;
  readonly tolerance: number;
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const named = (name: keyof typeof pictures): Uint8Array => bytesOf(pictures[name].base64);

describe('decodeImage reads what Pillow reads', () => {
  it.each(Object.entries<Picture>(pictures))('%s', async (name, picture) => {
    const background = name.endsWith('black') ? 'black' : 'white';
    const found = await decodeImage(bytesOf(picture.base64), { background });
    const { height, width, channels } = picture;
    expect([found.height, found.width, found.channels]).toEqual([height, width, channels]);
    const expected = bytesOf(picture.pixels);
    expect(found.pixels).toHaveLength(expected.length);
    const furthest = expected.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (found.pixels[index] as number))),
      0,
    );
    expect(furthest).toBeLessThanOrEqual(picture.tolerance);
    expect(await imageSizeOf(bytesOf(picture.base64))).toEqual({ height, width });
  });
});

describe('decodeImage', () => {
  it('cuts 16 bits of colour to 8', async () => {
    const data = Uint16Array.from({ length: 2 * 2 * 3 }, (_, index) => index * 5000);
    const png = encode({ width: 2, height: 2, data, channels: 3, depth: 16 });
    const { channels, pixels } = await decodeImage(png);
    expect(channels).toBe(3);
    pixels.forEach((value, index) => {
      expect(Math.abs(value - ((data[index] as number) >> 8))).toBeLessThanOrEqual(1);
    });
  });

  it('gives as many channels as are asked for', async () => {
    expect((await decodeImage(named('png grey'), { channels: 3 })).pixels).toHaveLength(3 * 15);
    const { pixels } = await decodeImage(named('png rgb'), { channels: 1 });
    const rgb = bytesOf(pictures['png rgb'].pixels);
    expect(pixels[4]).toBe(
      Math.round(0.299 * (rgb[12] as number) + 0.587 * (rgb[13] as number) + 0.114 * (rgb[14] as number)),
    );
  });

  /** White, twice as wide as high, with black left and right ends. */
  const wide = encode({
    width: 8,
    height: 4,
    channels: 1,
    data: Uint8Array.from({ length: 32 }, (_, index) => (index % 8 < 2 || index % 8 > 5 ? 0 : 255)),
  });

  it.each([
    ['stretch', [0, 255, 255, 0]],
    ['contain', [128, 128, 128, 128]],
    ['cover', [255, 255, 255, 255]],
  ] as const)('fits another shape by %s', async (fit, expected) => {
    const { height, width, pixels } = await decodeImage(wide, { size: [4, 4], fit, background: 'black' });
    expect([height, width]).toEqual([4, 4]);
    const middle = pixels.subarray(4, 8);
    if (fit === 'contain') {
      expect([...pixels.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
      expect(middle[1]).toBeGreaterThan(200);
    } else {
      expect(Math.abs((middle[1] as number) - expected[1])).toBeLessThan(64);
      expect(Math.abs((middle[0] as number) - expected[0])).toBeLessThan(64);
    }
  });

  it.each([
    [
      'a text',
      Buffer.from('no picture at all, but long enough'),
      /is no picture; PNG, JPEG, WebP and BMP are read/,
    ],
    ['nothing', new Uint8Array(0), /is an empty file/],
    ['a GIF', Buffer.from('GIF89a............'), /is a GIF/],
    [
      'an SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /is no picture/,
    ],
    ['half a PNG', named('png rgb').subarray(0, 60), /is cut short|is damaged/],
    ['half a JPEG', named('jpeg rgb').subarray(0, 600), /is cut short|is damaged/],
    ['half a WebP', named('webp lossless').subarray(0, 60), /is cut short|is damaged/],
    ['half a bitmap', named('bmp 24 bits').subarray(0, 80), /is cut short/],
    ["a bitmap's header", named('bmp 24 bits').subarray(0, 30), /ends inside its header/],
  ])('refuses %s in a sentence', async (_, bytes, sentence) => {
    const refused = decodeImage(bytes, {}, 'x.png');
    await expect(refused).rejects.toMatchObject({ name: 'Refusal' });
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toThrow(/^x\.png cannot be read: .*\.$/);
  });

  it('takes no memory for what a header only announces', async () => {
    const bomb = Uint8Array.from(named('bmp 24 bits'));
    new DataView(bomb.buffer).setInt32(18, 60_000, true);
    new DataView(bomb.buffer).setInt32(22, 60_000, true);
    await expect(decodeImage(bomb)).rejects.toThrow(/announces 60000 x 60000 pixels/);
    const png = Uint8Array.from(named('png rgb'));
    // Width and height of IHDR, with the checksum that they then have.
    new DataView(png.buffer).setUint32(16, 60_000);
    new DataView(png.buffer).setUint32(20, 60_000);
    await expect(decodeImage(png)).rejects.toMatchObject({ name: 'Refusal' });
  });
});

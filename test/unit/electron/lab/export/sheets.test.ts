import { decode } from 'fast-png';
import { DOMParser } from '@xmldom/xmldom';
import { GifReader } from 'omggif';
import { describe, expect, it } from 'vitest';
import { colourMapBytes, divergingZero } from '#shared/colour-maps';
import { gif } from '../../../../../electron/lab/export/gif';
import { png } from '../../../../../electron/lab/export/png';
import { layOutSheets, type SheetOptions } from '../../../../../electron/lab/export/sheet-layout';
import { rasterOf } from '../../../../../electron/lab/export/sheet-raster';
import { svg } from '../../../../../electron/lab/export/svg';
import type { PictureSheet } from '#shared/pictures';
import { somePicture, sheetOf } from './pictures';

const plain: SheetOptions = { scale: 5, labels: false, theme: 'dark' };

function drawn(sheets: readonly PictureSheet[], options: SheetOptions) {
  const layout = layOutSheets(sheets, options);
  const image = decode(png(rasterOf(layout)));
  expect([image.width, image.height, image.channels]).toEqual([layout.width, layout.height, 3]);
  const at = (x: number, y: number) => [
    ...image.data.slice((y * image.width + x) * 3, (y * image.width + x) * 3 + 3),
  ];
  return { layout, at, image };
}

function mapColour(kind: 'sequential' | 'diverging', code: number) {
  return [...colourMapBytes(kind, 'dark').subarray(code * 4, code * 4 + 3)];
}

describe('a contact sheet', () => {
  it('repeats every cell as a square of the colour that the window gives it', () => {
    const picture = somePicture('a', 'sequential');
    const { layout, at } = drawn([sheetOf('t', picture)], plain);
    const [{ left, top } = { left: 0, top: 0 }] = layout.pictures;
    for (let y = 0; y < 3 * 5; y++) {
      for (let x = 0; x < 4 * 5; x++) {
        const value = picture.values[Math.floor(y / 5) * 4 + Math.floor(x / 5)] as number;
        expect(at(left + x, top + y)).toEqual(mapColour('sequential', Math.round(value * 255)));
      }
    }
  });

  it('shows the zero of signed pictures without hue, and grey and coloured pixels as they are', () => {
    const signed = { ...somePicture('s', 'signed', [1, 3, 1]), values: Float32Array.of(-2, 0, 1) };
    const grey = { ...somePicture('g', 'image', [1, 3, 1]), values: Float32Array.of(0, 0.5, 1) };
    const coloured = { ...somePicture('c', 'image', [1, 1, 3]), values: Float32Array.of(1, 0.2, 0) };
    const { layout, at } = drawn([sheetOf('t', signed, grey, coloured)], plain);
    const colours = layout.pictures.map(({ picture: { shape }, left, top }) =>
      Array.from({ length: shape[1] }, (_, x) => at(left + x * 5, top)),
    );
    const half = divergingZero + divergingZero / 2;
    expect(colours[0]).toEqual(
      [0, divergingZero, Math.round(half)].map((code) => mapColour('diverging', code)),
    );
    expect(colours[1]).toEqual([0, 128, 255].map((level) => [level, level, level]));
    expect(colours[2]).toEqual([[255, 51, 0]]);
  });

  it('lets no picture, text or colour bar overlap another or leave the image', () => {
    const note = 'Never responds: none of 10,000 test images brings it above zero.';
    const pictures = Array.from({ length: 7 }, (_, i) => ({
      ...somePicture(`a_long_layer_name [${i}]`, 'signed'),
      note,
    }));
    const sheets = [
      { title: 'One', pictures, sharedRange: [-1, 1] as const },
      sheetOf('Two', somePicture('b', 'image')),
    ];
    for (const scale of [1, 9, null]) {
      const { layout } = drawn(sheets, { scale, labels: true, theme: 'light' });
      const boxes = [
        ...layout.pictures.map(({ picture: { shape }, left, top, scale: own }) => [
          left,
          top,
          shape[1] * own,
          shape[0] * own,
        ]),
        ...layout.maps.map(({ left, top, width, height }) => [left, top, width, height]),
        ...layout.texts.map(({ text, left, top, size }) => [left, top, text.length * size, 9 * size]),
      ] as [number, number, number, number][];
      boxes.forEach(([left, top, width, height], i) => {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(layout.width);
        expect(top + height).toBeLessThanOrEqual(layout.height);
        for (const [otherLeft, otherTop, otherWidth, otherHeight] of boxes.slice(i + 1)) {
          const apart =
            left + width <= otherLeft ||
            otherLeft + otherWidth <= left ||
            top + height <= otherTop ||
            otherTop + otherHeight <= top;
          expect(apart).toBe(true);
        }
      });
    }
  });

  it('writes names and numbers only where labels are wanted', () => {
    const sheet = sheetOf('Kernels', somePicture('conv2d [0]', 'signed'));
    const texts = (labels: boolean) =>
      layOutSheets([sheet], { ...plain, labels }).texts.map(({ text }) => text);
    expect(texts(true)).toEqual(['Kernels', 'conv2d [0]', 'norm 0.831']);
    expect(texts(false)).toEqual([]);
    // Ink on the ground: a text is seen.
    const { layout, image, at } = drawn([sheet], { ...plain, labels: true });
    const [title] = layout.texts;
    const ground = at(0, 0).join();
    const inked = Array.from({ length: 7 }, (_, y) =>
      at((title?.left ?? 0) + 0, (title?.top ?? 0) + y).join(),
    );
    expect(image.width).toBeGreaterThan(0);
    expect(inked.every((colour) => colour !== ground)).toBe(true);
  });

  it('is refused with its size where no viewer would open it', () => {
    const sheet = sheetOf('t', somePicture('a', 'image', [1000, 1000, 1]));
    expect(() => rasterOf(layOutSheets([sheet], { ...plain, scale: 64 }))).toThrow(
      /64,064 x 64,064 pixels; take a smaller/,
    );
  });
});

describe('an SVG', () => {
  const odd = `<conv> & "d'été" \u0007 ]]> 𝛼`;
  const sheets = [
    { title: odd, pictures: [somePicture(odd, 'signed')], sharedRange: [-0.5, 0.5] as const },
    sheetOf('t', somePicture('b', 'image', [2, 2, 3])),
  ];
  const layout = layOutSheets(sheets, { scale: 10, labels: true, theme: 'dark' });
  const parsed = () => {
    const complaints: string[] = [];
    const parser = new DOMParser({ onError: (level, message) => complaints.push(`${level}: ${message}`) });
    const document = parser.parseFromString(svg(layout, odd), 'image/svg+xml');
    expect(complaints).toEqual([]);
    return document;
  };

  it('is XML that holds every text as text, with what XML cannot hold replaced', () => {
    const texts = Array.from(parsed().getElementsByTagName('text'), ({ textContent }) => textContent);
    expect(texts).toHaveLength(layout.texts.length);
    expect(texts).toContain(odd.replace('\u0007', '\u25a1'));
    expect(texts).toContain('norm 0.831');
  });

  it('holds every picture as a bitmap of its own size that is not smoothed', () => {
    const images = Array.from(parsed().getElementsByTagName('image'));
    const sizes = images.map((image) => {
      expect(image.getAttribute('style')).toContain('image-rendering:pixelated');
      const [type, base64 = ''] = (image.getAttribute('xlink:href') ?? '').split(',');
      expect(type).toBe('data:image/png;base64');
      const { width, height } = decode(Buffer.from(base64, 'base64'));
      return [width, height, image.getAttribute('width'), image.getAttribute('height')];
    });
    expect(sizes).toEqual([
      [4, 3, '40', '30'],
      [2, 2, '20', '20'],
    ]);
  });

  it('asks for nothing from elsewhere', () => {
    const text = svg(layout, odd);
    const addresses = [...text.matchAll(/(?:href|src|url)[=(]"?([^")]*)/g)].map(
      ([, address = '']) => address,
    );
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) expect(address).toMatch(/^(data:|#)/);
  });
});

/** The largest difference of an RGB image from an RGBA one, in levels of a channel. */
function furthest(rgb: Uint8Array, rgba: Uint8Array): number {
  return rgb.reduce(
    (most, level, at) =>
      Math.max(most, Math.abs(level - (rgba[Math.floor(at / 3) * 4 + (at % 3)] as number))),
    0,
  );
}

describe('an animated GIF', () => {
  const moments = [0, 1, 2, 3].map((moment) => {
    const picture = somePicture('a', 'sequential', [6, 6, 1]);
    return { ...picture, values: picture.values.map((value) => (value * (moment + 1)) / 4) };
  });
  const frames = moments.map((picture) =>
    rasterOf(layOutSheets([{ title: 't', pictures: [picture], sharedRange: [0, 1] }], plain)),
  );

  it('plays every frame for the time asked for, for ever, in the colours of the frames', async () => {
    const reader = new GifReader(Buffer.from(await gif(frames, 250, new AbortController().signal)));
    expect([reader.numFrames(), reader.loopCount(), reader.width, reader.height]).toEqual([
      4,
      0,
      frames[0]?.width,
      frames[0]?.height,
    ]);
    const screen = new Uint8Array(reader.width * reader.height * 4);
    frames.forEach((frame, index) => {
      expect(reader.frameInfo(index).delay).toBe(25);
      reader.decodeAndBlitFrameRGBA(index, screen);
      // The encoder rounds colours in a space of its own.
      expect(furthest(frame.data, screen)).toBeLessThanOrEqual(2);
    });
  });

  it('is the same bytes each time', async () => {
    const [first, second] = [
      await gif(frames, 250, new AbortController().signal),
      await gif(frames, 250, new AbortController().signal),
    ];
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
  });

  it('comes near to colours that are more than GIF has', async () => {
    const many = somePicture('rgb', 'image', [24, 24, 3]);
    const frame = rasterOf(layOutSheets([sheetOf('t', many)], { ...plain, scale: 1 }));
    const reader = new GifReader(Buffer.from(await gif([frame, frame], 100, new AbortController().signal)));
    const screen = new Uint8Array(reader.width * reader.height * 4);
    reader.decodeAndBlitFrameRGBA(0, screen);
    expect(furthest(frame.data, screen)).toBeLessThan(24);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(gif(frames, 250, controller.signal)).rejects.toThrow();
  });
});

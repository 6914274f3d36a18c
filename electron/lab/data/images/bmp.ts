/**
 * Windows bitmaps, which libvips does not read (learn.microsoft.com, "Bitmap Storage"): 1 to 32 bits a pixel, with
 * palettes, bit masks and run lengths, bottom-up or top-down, and OS/2's older header. Throws an `Error` that says
 * in half a sentence what is wrong.
 */

export interface BmpSize {
  readonly width: number;
  readonly height: number;
}

export interface BmpPicture extends BmpSize {
  /** Red, green, blue and alpha, from the top left. */
  readonly pixels: Uint8Array;
}

interface Header extends BmpSize {
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Where the pixels begin. */
  readonly offset: number;
  readonly palette: Palette;
  readonly masks: readonly Mask[];
}

/** Red, green and blue of each index. */
type Palette = readonly (readonly [number, number, number])[];

/** The bits of one colour in a pixel, and what the largest value in them is. */
interface Mask {
  readonly shift: number;
  readonly largest: number;
}

const fileHeaderBytes = 14;
const coreHeaderBytes = 12;
const infoHeaderBytes = 40;
/** The first header with a mask for alpha (BITMAPV3INFOHEADER). */
const alphaHeaderBytes = 56;
const compressions = { none: 0, rle8: 1, rle4: 2, bitFields: 3, alphaBitFields: 6 } as const;
const bitsOf: Readonly<Record<number, readonly number[]>> = {
  [compressions.none]: [1, 4, 8, 16, 24, 32],
  [compressions.rle8]: [8],
  [compressions.rle4]: [4],
  [compressions.bitFields]: [16, 32],
  [compressions.alphaBitFields]: [16, 32],
};

/** Width and height from the header alone. */
export function bmpSize(bytes: Uint8Array): BmpSize {
  const { width, height } = readSize(viewOf(bytes));
  return { width, height };
}

/** @param maxPixels more are refused before memory is taken */
export function decodeBmp(bytes: Uint8Array, maxPixels: number): BmpPicture {
  const view = viewOf(bytes);
  const header = readHeader(view);
  const { width, height, compression } = header;
  if (width * height > maxPixels) throw new Error(`it announces ${width} x ${height} pixels`);
  const pixels = new Uint8Array(width * height * 4);
  switch (compression) {
    case compressions.rle4:
    case compressions.rle8:
      unpackRuns(bytes, header, pixels);
      break;
    default:
      unpackRows(view, header, pixels);
  }
  return { width, height, pixels };
}

function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length < fileHeaderBytes + coreHeaderBytes) throw new Error('it ends inside its header');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readSize(view: DataView): BmpSize & { readonly topDown: boolean; readonly headerBytes: number } {
  const headerBytes = view.getUint32(14, true);
  const core = headerBytes === coreHeaderBytes;
  if (!core && (headerBytes < infoHeaderBytes || headerBytes > 256))
    throw new Error('its header is of no known kind');
  if (view.byteLength < fileHeaderBytes + headerBytes) throw new Error('it ends inside its header');
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0) throw new Error(`it announces ${width} x ${height} pixels`);
  return { width, height, topDown: signedHeight < 0, headerBytes };
}

function readHeader(view: DataView): Header {
  const { headerBytes, ...size } = readSize(view);
  const core = headerBytes === coreHeaderBytes;
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? compressions.none : view.getUint32(30, true);
  if (bitsOf[compression]?.includes(bits) !== true) {
    throw new Error(`it has ${bits} bits a pixel in compression ${compression}, which is not read`);
  }
  const masked = compression === compressions.bitFields || compression === compressions.alphaBitFields;
  // Without a later header the masks stand between this one and the palette.
  const maskBytes =
    masked && headerBytes === infoHeaderBytes ? (compression === compressions.bitFields ? 12 : 16) : 0;
  if (view.byteLength < fileHeaderBytes + headerBytes + maskBytes)
    throw new Error('it ends inside its header');
  const hasAlpha = headerBytes >= alphaHeaderBytes || compression === compressions.alphaBitFields;
  return {
    ...size,
    bits,
    compression,
    offset: view.getUint32(10, true),
    palette: readPalette(view, fileHeaderBytes + headerBytes + maskBytes, bits, core),
    masks: masked ? readMasks(view, hasAlpha) : usualMasks(bits),
  };
}

function readPalette(view: DataView, at: number, bits: number, core: boolean): Palette {
  if (bits > 8) return [];
  const announced = core ? 0 : view.getUint32(46, true);
  const count = announced === 0 ? 2 ** bits : Math.min(announced, 2 ** bits);
  const each = core ? 3 : 4;
  if (at + count * each > view.byteLength) throw new Error('it ends inside its palette');
  return Array.from({ length: count }, (_, index) => {
    const from = at + index * each;
    return [view.getUint8(from + 2), view.getUint8(from + 1), view.getUint8(from)] as const;
  });
}

function readMasks(view: DataView, hasAlpha: boolean): readonly Mask[] {
  const first = fileHeaderBytes + infoHeaderBytes;
  return [0, 1, 2, ...(hasAlpha ? [3] : [])].map((index) => maskOf(view.getUint32(first + 4 * index, true)));
}

function usualMasks(bits: number): readonly Mask[] {
  const values = bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff];
  return values.map(maskOf);
}

function maskOf(value: number): Mask {
  if (value === 0) return { shift: 0, largest: 0 };
  const shift = 31 - Math.clz32(value & -value);
  return { shift, largest: value >>> shift };
}

/** Rows of pixels without compression, each padded to 4 bytes. */
function unpackRows(view: DataView, header: Header, pixels: Uint8Array): void {
  const { width, height, topDown, bits, offset } = header;
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  if (offset + rowBytes * height > view.byteLength) throw new Error('it is cut short');
  for (let row = 0; row < height; row++) {
    const from = offset + rowBytes * (topDown ? row : height - 1 - row);
    const target = pixels.subarray(row * width * 4, (row + 1) * width * 4);
    if (bits <= 8) unpackIndices(view, from, header, target);
    else if (bits === 24) unpackColours(view, from, target);
    else unpackMasked(view, from, header, target);
  }
}

function unpackIndices(
  view: DataView,
  from: number,
  { width, bits, palette }: Header,
  target: Uint8Array,
): void {
  const perByte = 8 / bits;
  for (let x = 0; x < width; x++) {
    const byte = view.getUint8(from + Math.floor(x / perByte));
    const index = (byte >> (8 - bits - (x % perByte) * bits)) & (2 ** bits - 1);
    paint(target, x, palette, index);
  }
}

function unpackColours(view: DataView, from: number, target: Uint8Array): void {
  for (let x = 0; x * 4 < target.length; x++) {
    target[x * 4] = view.getUint8(from + x * 3 + 2);
    target[x * 4 + 1] = view.getUint8(from + x * 3 + 1);
    target[x * 4 + 2] = view.getUint8(from + x * 3);
    target[x * 4 + 3] = 255;
  }
}

function unpackMasked(
  view: DataView,
  from: number,
  { width, bits, masks }: Header,
  target: Uint8Array,
): void {
  for (let x = 0; x < width; x++) {
    const value = bits === 16 ? view.getUint16(from + x * 2, true) : view.getUint32(from + x * 4, true);
    target[x * 4 + 3] = 255;
    masks.forEach(({ shift, largest }, colour) => {
      if (largest === 0) return;
      target[x * 4 + colour] = Math.round((((value >>> shift) & largest) * 255) / largest);
    });
  }
}

/** Runs of 8 or 4 bits ("Bitmap Compression"). Pixels that no run reaches keep the palette's first colour. */
function unpackRuns(bytes: Uint8Array, header: Header, pixels: Uint8Array): void {
  const { width, height, bits, palette, offset, topDown } = header;
  for (let pixel = 0; pixel < width * height; pixel++) paint(pixels, pixel, palette, 0);
  let [at, x, y] = [offset, 0, 0];
  const next = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new Error('it is cut short');
    return value;
  };
  const put = (index: number): void => {
    // A run that leaves its row is cut, as Windows does.
    if (x < width && y < height) paint(pixels, (topDown ? y : height - 1 - y) * width + x, palette, index);
    x++;
  };
  while (y < height) {
    const [count, value] = [next(), next()];
    if (count > 0) {
      for (let pixel = 0; pixel < count; pixel++) put(indexIn(value, pixel, bits));
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      return;
    } else if (value === 2) {
      x += next();
      y += next();
    } else {
      const length = Math.ceil((value * bits) / 8);
      const start = at;
      for (let pixel = 0; pixel < value; pixel++) {
        const byte = bytes[start + Math.floor((pixel * bits) / 8)];
        if (byte === undefined) throw new Error('it is cut short');
        put(indexIn(byte, pixel, bits));
      }
      at = start + length + (length % 2);
    }
  }
}

/** Of two pixels in a byte the first stands in its upper half. */
function indexIn(byte: number, pixel: number, bits: number): number {
  if (bits === 8) return byte;
  return pixel % 2 === 0 ? byte >> 4 : byte & 0x0f;
}

function paint(target: Uint8Array, pixel: number, palette: Palette, index: number): void {
  const colour = palette[index] ?? [0, 0, 0];
  target[pixel * 4] = colour[0];
  target[pixel * 4 + 1] = colour[1];
  target[pixel * 4 + 2] = colour[2];
  target[pixel * 4 + 3] = 255;
}

/** The picture formats that are read. What a file holds is told from its first bytes, never from its name. */
export type ImageFormat = 'PNG' | 'JPEG' | 'WebP' | 'BMP';

/** So many bytes are enough to tell. */
export const signatureBytes = 16;

interface Signature {
  readonly at: number;
  readonly bytes: readonly number[] | string;
}

const known: readonly (readonly [ImageFormat, readonly Signature[]])[] = [
  ['PNG', [{ at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }]],
  ['JPEG', [{ at: 0, bytes: [0xff, 0xd8, 0xff] }]],
  [
    'WebP',
    [
      { at: 0, bytes: 'RIFF' },
      { at: 8, bytes: 'WEBP' },
    ],
  ],
  ['BMP', [{ at: 0, bytes: 'BM' }]],
];

/** Pictures that people have but that are not read, so that a message can say what they are. */
const others: readonly (readonly [string, readonly Signature[]])[] = [
  ['a GIF', [{ at: 0, bytes: 'GIF8' }]],
  ['a TIFF', [{ at: 0, bytes: [0x49, 0x49, 0x2a, 0x00] }]],
  ['a TIFF', [{ at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] }]],
  ['a HEIC or AVIF picture', [{ at: 4, bytes: 'ftyp' }]],
  ['a PDF', [{ at: 0, bytes: '%PDF' }]],
];

export function imageFormatOf(bytes: Uint8Array): ImageFormat | null {
  return known.find(([, signatures]) => fits(bytes, signatures))?.[0] ?? null;
}

/** What a file is that is no picture which is read: `a GIF`, `no picture`. */
export function otherKindOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  return others.find(([, signatures]) => fits(bytes, signatures))?.[0] ?? 'no picture';
}

function fits(bytes: Uint8Array, signatures: readonly Signature[]): boolean {
  return signatures.every(({ at, bytes: expected }) => {
    const values =
      typeof expected === 'string' ? [...expected].map((letter) => letter.charCodeAt(0)) : expected;
    return values.every((value, index) => bytes[at + index] === value);
  });
}

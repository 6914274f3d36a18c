import type { Picture, PictureScale, PictureSheet } from '#shared/pictures';

/** A picture whose every cell has a value of its own, from 0 to 1, or around 0 where it is signed. */
export function somePicture(name: string, scale: PictureScale, shape: Picture['shape'] = [3, 4, 1]): Picture {
  const size = shape[0] * shape[1] * shape[2];
  const values = Float32Array.from(
    { length: size },
    (_, i) => i / (size - 1) - (scale === 'signed' ? 0.5 : 0),
  );
  return { name, note: null, numbers: [{ name: 'norm', value: 0.8312 }], shape, scale, values };
}

export function sheetOf(title: string, ...pictures: readonly Picture[]): PictureSheet {
  return { title, pictures, sharedRange: null };
}

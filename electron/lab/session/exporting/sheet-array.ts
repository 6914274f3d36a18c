import type { PictureSheet } from '#shared/pictures';
import type { NamedTensor } from '#shared/tensors';

/** The values of a sheet's pictures, which have one shape, as one array: pictures x height x width x channels. */
export function sheetArray(name: string, { pictures }: PictureSheet): NamedTensor {
  const shape = pictures[0]?.shape ?? [0, 0, 0];
  const size = shape[0] * shape[1] * shape[2];
  const values = new Float32Array(pictures.length * size);
  pictures.forEach((picture, index) => {
    if (picture.values.length !== size) throw new Error(`The pictures of ${name} are not of one size.`);
    values.set(picture.values, index * size);
  });
  return { name, shape: [pictures.length, ...shape], values };
}

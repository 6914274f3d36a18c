import type { NamedTensor } from '#shared/tensors';

/** What the length of everything before the values is a multiple of (numpy.lib.format, version 1.0). */
const alignment = 64;
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const mostHeader = 0xffff;

/**
 * An array file of NumPy, version 1.0: float32, little endian, C order.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npy({ shape, values }: Omit<NamedTensor, 'name'>): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  const before = magic.length + 2;
  const total = Math.ceil((before + dictionary.length + 1) / alignment) * alignment;
  const header = `${dictionary.padEnd(total - before - 1)}\n`;
  if (header.length > mostHeader)
    throw new Error('an array of so many axes needs another version of the format');
  const file = new Uint8Array(total + values.length * 4);
  file.set(magic);
  const view = new DataView(file.buffer);
  view.setUint16(magic.length, header.length, true);
  for (let at = 0; at < header.length; at++) file[before + at] = header.charCodeAt(at);
  for (let at = 0; at < values.length; at++) view.setFloat32(total + at * 4, values[at] as number, true);
  return file;
}

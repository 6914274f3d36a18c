import { zipSync } from 'fflate';
import type { NamedTensor } from '#shared/tensors';
import { npy } from './npy';

/** The first moment that ZIP can tell, as `numpy.savez` writes it, so that the same arrays are the same bytes. */
const noTime = new Date(1980, 0, 1);

/**
 * Arrays in one file, as `numpy.savez_compressed` writes them: a ZIP with a `.npy` an array. `numpy.load(file)[name]`
 * gives each. Two arrays of one name are told apart by a number.
 */
export function npz(arrays: readonly NamedTensor[]): Uint8Array {
  const names = distinct(arrays.map(({ name }) => name));
  return zipSync(
    Object.fromEntries(arrays.map((array, index) => [`${names[index] as string}.npy`, npy(array)] as const)),
    { mtime: noTime, level: 6 },
  );
}

function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let number = 2; taken.has(own); number++) own = `${name}_${number}`;
    taken.add(own);
    return own;
  });
}

import { derivedSeed } from '#shared/random';

/**
 * The order in which an epoch visits the images: a Fisher-Yates shuffle of 0 to `count - 1`, a function of the
 * seed and the epoch alone, so that a resumed run visits them as the first one would have.
 */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  const stream = derivedSeed(seed, epoch);
  for (let last = count - 1; last > 0; last--) {
    const other = derivedSeed(stream, last) % (last + 1);
    const index = order[last] as number;
    order[last] = order[other] as number;
    order[other] = index;
  }
  return order;
}

/**
 * One seed for each thing that needs one, from the seed of a run: the weights of a layer, the order of an epoch.
 * A 32-bit finaliser (Appleby's MurmurHash3 fmix32) spreads neighbouring seeds and streams apart.
 */
export function derivedSeed(seed: number, ...streams: readonly number[]): number {
  return streams.reduce((state, stream) => finalise(state ^ finalise(stream + 0x9e3779b9)), finalise(seed));
}

function finalise(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stream of random numbers that is the same on every platform: integer arithmetic and exact divisions only. */
export interface RandomStream {
  /** In [0, 1). */
  uniform(): number;
  /** In [from, to). */
  between(from: number, to: number): number;
  /** Mean 0, standard deviation 1, never beyond 3.5. */
  gaussian(): number;
  /** One of 0 to count - 1. */
  integer(count: number): number;
}

/** Seeds with a 32-bit integer (T. Ettinger's mulberry32, public domain). */
export function randomStream(seed: number): RandomStream {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  // A sum of four uniforms (Irwin and Hall): Math.log and Math.cos, which Box and Muller's needs, may differ in
  // the last bit from one engine to the next.
  const rootOfThree = Math.sqrt(3);
  return {
    uniform,
    between: (from, to) => from + (to - from) * uniform(),
    gaussian: () => (uniform() + uniform() + uniform() + uniform() - 2) * rootOfThree,
    integer: (count) => Math.floor(uniform() * count),
  };
}

/**
 * Writes the numbers of the greatest values into `best`, the greatest first, as many as it holds; of equal ones the
 * first. Values that are not numbers come last. Allocates nothing.
 */
export function findBest(values: ArrayLike<number>, best: Uint32Array): void {
  const count = Math.min(best.length, values.length);
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    const value = orLowest(values[i] as number);
    if (found === count && value <= orLowest(values[best[found - 1] as number] as number)) continue;
    let place = found < count ? found++ : found - 1;
    while (place > 0 && orLowest(values[best[place - 1] as number] as number) < value) {
      best[place] = best[place - 1] as number;
      place--;
    }
    best[place] = i;
  }
}

function orLowest(value: number): number {
  return Number.isNaN(value) ? -Infinity : value;
}

import type { WeightStatistics } from '#shared/models';

/** As many values as are gone through when a model is opened: they take some 100 ms. */
const mostValues = 32 * 1024 * 1024;

/** Tells of a model's weights what all their values say, as far as that costs next to nothing. */
export class WeightReader {
  #left = mostValues;

  /** `null` where so many values were gone through that these are left out, and where one is no number. */
  statistics(shape: readonly number[], read: () => ArrayLike<number> | null): WeightStatistics | null {
    const count = shape.reduce((product, size) => product * size, 1);
    if (count === 0 || count > this.#left) return null;
    const values = read();
    if (values === null || values.length !== count) return null;
    this.#left -= count;
    return statisticsOf(values);
  }
}

/** Sums in double precision, deviations from the mean itself: weights may lie far from 0. */
function statisticsOf(values: ArrayLike<number>): WeightStatistics | null {
  let [least, largest, sum] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > largest) largest = value;
    sum += value;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  const deviation = Math.sqrt(squares / values.length);
  return Number.isFinite(deviation) ? { least, mean, largest, deviation } : null;
}

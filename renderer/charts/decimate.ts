/** Long curves in as many points as a screen can show. */

/** Points of a curve; arrays are as long as the longest curve asked for and are reused. */
export interface Decimated {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Points that hold. */
  count: number;
}

/** Room for curves of this many buckets. */
export function decimated(buckets: number): Decimated {
  return { x: new Float32Array(buckets * 3 + 3), y: new Float32Array(buckets * 3 + 3), count: 0 };
}

/**
 * Reduces values at x = 0, 1, 2, ... `length` - 1 to at most three points a bucket of `bucketWidth` steps: the lowest and the
 * highest value in the order in which they came, so that no spike is lost, and NaN where a value is not finite, so
 * that the curve has a gap there.
 */
export function decimateExtremes(
  values: Float32Array,
  length: number,
  bucketWidth: number,
  into: Decimated,
): void {
  into.count = 0;
  forBuckets(length, bucketWidth, (from, to) => {
    reduce(values, from, to, into);
  });
}

/** The same for a smooth curve, which a point a bucket draws as a thin line: its last value. */
export function decimateLast(
  values: Float32Array,
  length: number,
  bucketWidth: number,
  into: Decimated,
): void {
  into.count = 0;
  forBuckets(length, bucketWidth, (_from, to) => {
    put(into, to - 1, values);
  });
}

function forBuckets(length: number, bucketWidth: number, take: (from: number, to: number) => void): void {
  const width = Math.max(1, bucketWidth);
  for (let from = 0, bucket = 0; from < length; bucket++) {
    const to = Math.min(length, Math.max(from + 1, Math.round((bucket + 1) * width)));
    take(from, to);
    from = to;
  }
}

function reduce(values: Float32Array, from: number, to: number, into: Decimated): void {
  let lowest = -1;
  let highest = -1;
  let broken = -1;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) broken = i;
    else {
      if (lowest < 0 || value < (values[lowest] as number)) lowest = i;
      if (highest < 0 || value > (values[highest] as number)) highest = i;
    }
  }
  if (lowest >= 0) {
    put(into, Math.min(lowest, highest), values);
    if (lowest !== highest) put(into, Math.max(lowest, highest), values);
  }
  if (broken < 0) return;
  into.x[into.count] = broken;
  into.y[into.count++] = Number.NaN;
}

function put(into: Decimated, index: number, values: Float32Array): void {
  into.x[into.count] = index;
  into.y[into.count++] = values[index] as number;
}

/** A vertical axis: its ends, and the round numbers between them. */
export interface Axis {
  readonly lowest: number;
  readonly highest: number;
  readonly ticks: readonly number[];
}

/** Steps of 1, 2 or 5 times a power of ten, so that about four fit between the ends. */
const wanted = 4;

/** The axis that holds all values and begins and ends with a round number. */
export function roundAxis(values: readonly number[]): Axis {
  const [least, most] = values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  const span = most > least ? most - least : Math.abs(most) || 1;
  const step = roundStep(span / wanted);
  // Counted in whole steps: sums of fractions are not round.
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  return { lowest: ticks[0] as number, highest: ticks.at(-1) as number, ticks };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const [step = 10] = [1, 2, 5].filter((one) => one * power >= least * (1 - 1e-9));
  return step * power;
}

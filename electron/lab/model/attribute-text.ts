import type { LayerAttribute } from '#shared/models';

/** Of what a file says of one layer, so much crosses to a window. */
const mostCharacters = 200;
const mostAttributes = 64;

/** Numbers of a list, or other texts; those that are sizes are read with `×` between. */
export function listText(values: readonly (string | number)[], between: string): string {
  // What is cut off anyway is not joined first.
  return values.slice(0, mostCharacters).map(String).join(between);
}

/** What is said of a layer, no longer than a window can use. */
export function boundedAttributes(attributes: readonly LayerAttribute[]): readonly LayerAttribute[] {
  return attributes.slice(0, mostAttributes).map(({ name, value }) => ({
    name: shortened(name),
    value: typeof value === 'string' ? shortened(value) : value,
  }));
}

function shortened(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text;
}

/** A number that was stored in 32 bits, without the digits that only 64 bits see: 0.1 and not 0.10000000149011612. */
export function singlePrecision(value: number): number {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === Math.fround(value) ? short : value;
}

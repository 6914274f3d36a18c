/** What some of several things have otherwise than the others. */

/** A field of one of them, in words. */
export interface NamedField {
  readonly label: string;
  readonly text: string;
  /** Whether it is as it is where nothing is said: then it does not differ from one that has no such field. */
  readonly usual: boolean;
}

export interface Difference {
  readonly label: string;
  /** One for each thing, in their order; `null` where it has no such field. */
  readonly values: readonly (string | null)[];
}

export function differencesOf(things: readonly (readonly NamedField[])[]): readonly Difference[] {
  const labels = new Set(things.flatMap((fields) => fields.map(({ label }) => label)));
  return [...labels].flatMap((label) => {
    const found = things.map((fields) => fields.find((field) => field.label === label));
    return differ(found) ? [{ label, values: found.map((field) => field?.text ?? null) }] : [];
  });
}

function differ(found: readonly (NamedField | undefined)[]): boolean {
  const present = found.filter((field) => field !== undefined);
  if (new Set(present.map(({ text }) => text)).size > 1) return true;
  return present.length < found.length && present.some(({ usual }) => !usual);
}

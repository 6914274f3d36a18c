/** How the two sides of a window are typed. Text that is no size goes on as text, for the schema to refuse. */

/** `3` for both sides, `3 x 5` for height and width, empty where there is none. */
export function sidesText(entry: unknown): string {
  if (entry === undefined || entry === null) return '';
  return Array.isArray(entry) ? entry.map(String).join(' x ') : String(entry);
}

export function sidesEntry(text: string): unknown {
  if (text.trim() === '') return undefined;
  const sides = text.split(/[x×,]/i).map((side) => (side.trim() === '' ? NaN : Number(side)));
  if (sides.length > 2 || sides.some(Number.isNaN)) return text;
  return sides.length === 1 ? sides[0] : sides;
}

/** The word stands for as many units as the data has classes. */
export function unitsEntry(text: string): unknown {
  const plain = text.trim();
  if (plain === '') return null;
  return Number.isNaN(Number(plain)) ? plain : Number(plain);
}

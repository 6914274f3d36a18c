/** Columns in which so many things of one size come nearest to a square. */
export function squareColumns(count: number): number {
  return Math.max(1, Math.ceil(Math.sqrt(count)));
}

/** What one image does to one channel. */
export interface Response {
  /** Of the image. */
  readonly index: number;
  readonly response: number;
  readonly cell: readonly [row: number, column: number];
}

/** Keeps the strongest of the responses that it is offered, as long as they are above 0. */
export class Strongest {
  readonly #most: number;
  #kept: Response[] = [];
  #weakest = 0;

  /** @param most how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  offer(offered: Response): void {
    if (!(offered.response > this.#weakest)) return;
    this.#kept.push(offered);
    // Sorting rarely is cheaper than keeping order.
    if (this.#kept.length >= 2 * this.#most) this.#shrink();
  }

  /** The strongest first; of equals the earlier image. */
  inOrder(): readonly Response[] {
    this.#shrink();
    return this.#kept;
  }

  #shrink(): void {
    this.#kept = this.#kept
      .toSorted((a, b) => b.response - a.response || a.index - b.index)
      .slice(0, this.#most);
    if (this.#kept.length === this.#most) this.#weakest = this.#kept.at(-1)?.response ?? 0;
  }
}

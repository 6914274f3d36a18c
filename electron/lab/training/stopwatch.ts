/** Time that training took, in milliseconds, without the pauses. */
export class Stopwatch {
  readonly #now: () => number;
  #elapsed = 0;
  #since: number | null;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  get elapsed(): number {
    return this.#elapsed + (this.#since === null ? 0 : this.#now() - this.#since);
  }

  halt(): void {
    this.#elapsed = this.elapsed;
    this.#since = null;
  }

  go(): void {
    this.#since ??= this.#now();
  }
}

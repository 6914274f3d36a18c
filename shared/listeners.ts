/** Callbacks that wait for something to happen. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Calls back for every value until the returned function is called. */
  add(listener: (value: T) => void): () => void {
    // A function of its own, so that adding a listener twice calls it twice and removes it once.
    const own = (value: T) => {
      listener(value);
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Whether nobody would hear. */
  get empty(): boolean {
    return this.#listeners.size === 0;
  }

  notify(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  clear(): void {
    this.#listeners.clear();
  }
}

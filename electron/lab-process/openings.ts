/**
 * Models that the shell was asked to open: named on the command line, or in a file manager. A window is told, and what
 * is asked before there is one waits for it.
 */
export class Openings {
  /** Asks a person for a model, where the shell has a dialog for it. */
  readonly choose: (what: 'file' | 'folder') => Promise<string | null>;
  readonly #waiting: string[];
  readonly #windows = new Set<(path: string) => void>();

  /** @param first asked for by the command line; absolute, as the lab has a working folder of its own */
  constructor(first: string | null, choose: Openings['choose'] = () => Promise.resolve(null)) {
    this.choose = choose;
    this.#waiting = first === null ? [] : [first];
  }

  /** Tells the window that came last. */
  ask(path: string): void {
    const last = [...this.#windows].at(-1);
    if (last === undefined) this.#waiting.push(path);
    else last(path);
  }

  /** From now on a window is told, until the returned function is called. */
  tell(window: (path: string) => void): () => void {
    this.#windows.add(window);
    for (const path of this.#waiting.splice(0)) window(path);
    return () => {
      this.#windows.delete(window);
    };
  }
}

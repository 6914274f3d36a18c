const sliceMilliseconds = 10;

/** Long work in slices, so that a process that trains and answers windows goes on doing so. */
export class Pace {
  readonly #signal: AbortSignal;
  #began = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether it is time to let others work; asked often, so that it costs next to nothing. */
  get due(): boolean {
    return performance.now() - this.#began > sliceMilliseconds;
  }

  /** Lets others work. Throws the signal's reason when the work is no longer wanted. */
  async rest(): Promise<void> {
    await new Promise(setImmediate);
    this.#signal.throwIfAborted();
    this.#began = performance.now();
  }
}

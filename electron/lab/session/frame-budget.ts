/** The share of the time that frames may take from training; the goal is to stay under 5 %. */
const share = 0.03;

/** Frames faster than a screen shows are of no use. */
const shortestPause = 30;

/** Decides when training may afford another frame, from what the last ones cost. */
export class FrameBudget {
  readonly #now: () => number;
  #notBefore = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  get affordable(): boolean {
    return this.#now() >= this.#notBefore;
  }

  /** Takes a frame and makes training go on long enough to have paid for it. */
  spend(takeFrame: () => void): void {
    const started = this.#now();
    takeFrame();
    const cost = this.#now() - started;
    this.#notBefore = started + Math.max(shortestPause, cost / share);
  }
}

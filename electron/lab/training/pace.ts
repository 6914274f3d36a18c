/** Long enough to be calm, short enough to follow a machine that gets busy. */
const windowMilliseconds = 3000;

interface Mark {
  readonly at: number;
  readonly images: number;
}

/** Images a second over the last few seconds of training time. */
export class Pace {
  #images = 0;
  #marks: Mark[] = [];

  /** @param at training time in milliseconds, without pauses */
  add(images: number, at: number): void {
    this.#images += images;
    const newest = this.#marks.at(-1);
    // Thirty marks a window are enough; a mark a batch would be thousands.
    if (newest !== undefined && at - newest.at < windowMilliseconds / 30) return;
    this.#marks.push({ at, images: this.#images });
    while (this.#marks.length > 2 && at - (this.#marks[0] as Mark).at > windowMilliseconds)
      this.#marks.shift();
  }

  /** `null` until there is something to measure. */
  get imagesPerSecond(): number | null {
    const [oldest, newest] = [this.#marks[0], this.#marks.at(-1)];
    if (oldest === undefined || newest === undefined || newest.at <= oldest.at) return null;
    return ((newest.images - oldest.images) * 1000) / (newest.at - oldest.at);
  }
}

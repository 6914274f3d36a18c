import { problemOf, type Problem } from '#shared/errors';
import type { Frame } from '#shared/frames';
import { takeFrame, type FrameMoment } from '../insight/frame';
import type { Bench } from './bench';
import type { Probe } from './probe';

interface Request {
  readonly bench: Bench;
  readonly probe: Probe;
  readonly moment: FrameMoment;
}

export interface FrameTakerOptions {
  /** Whether the network is still the one on the bench. */
  current(bench: Bench): boolean;
  show(frame: Frame): void;
  log(problem: Problem): void;
}

/**
 * Takes frames: at once where the network answers at once, otherwise one after the other, of those asked for meanwhile
 * the last.
 */
export class FrameTaker {
  readonly #options: FrameTakerOptions;
  #underWay = false;
  #next: Request | null = null;

  constructor(options: FrameTakerOptions) {
    this.#options = options;
  }

  take(request: Request): void {
    if (this.#underWay) {
      this.#next = request;
      return;
    }
    const { bench, probe, moment } = request;
    const taken = takeFrame(bench.probed, probe.pixels, probe.source, moment);
    if (!(taken instanceof Promise)) {
      this.#options.show(taken);
      return;
    }
    this.#underWay = true;
    void this.#await(bench, taken);
  }

  async #await(bench: Bench, taken: Promise<Frame>): Promise<void> {
    try {
      const frame = await taken;
      if (this.#options.current(bench)) this.#options.show(frame);
    } catch (thrown) {
      // A network that was taken off the bench meanwhile cannot answer, and need not.
      if (this.#options.current(bench)) this.#options.log(problemOf(thrown));
    }
    this.#underWay = false;
    const next = this.#next;
    this.#next = null;
    if (next !== null && this.#options.current(next.bench)) this.take(next);
  }
}

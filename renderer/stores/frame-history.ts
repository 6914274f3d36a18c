import type { Frame } from '#shared/frames';

export interface HistoryLimits {
  readonly frames: number;
  readonly bytes: number;
}

const defaultLimits: HistoryLimits = { frames: 300, bytes: 24 * 2 ** 20 };

/**
 * Frames of a run in the order of their steps, thinned evenly: frames lie at least `spacing` steps apart, and
 * when there are too many the spacing doubles and the frames between go. So a long run keeps as many frames as a
 * short one, spread over all of it.
 */
export class FrameHistory {
  #frames: Frame[] = [];
  #bytes = 0;
  #spacing = 1;
  readonly #limits: HistoryLimits;

  constructor(limits: HistoryLimits = defaultLimits) {
    this.#limits = limits;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** Keeps a frame if it is far enough from the last one. One of the same step replaces it. Returns whether it was kept. */
  add(frame: Frame): boolean {
    const last = this.#frames.at(-1);
    if (last !== undefined && frame.step === last.step) {
      this.#bytes += bytesOf(frame) - bytesOf(last);
      this.#frames[this.#frames.length - 1] = frame;
      return true;
    }
    if (last !== undefined && slot(frame, this.#spacing) === slot(last, this.#spacing)) return false;
    this.#frames.push(frame);
    this.#bytes += bytesOf(frame);
    while (this.#frames.length > 1 && this.#isFull()) this.#thin();
    return true;
  }

  /** Adds a frame that was taken late, where its step belongs. One of the same step stays. Returns whether it was kept. */
  insert(frame: Frame): boolean {
    const at = this.#frames.findIndex(({ step }) => step >= frame.step);
    if (at === -1) return this.add(frame);
    if (this.#frames[at]?.step === frame.step) return false;
    this.#frames.splice(at, 0, frame);
    this.#bytes += bytesOf(frame);
    while (this.#isFull()) this.#thin();
    return this.#frames.includes(frame);
  }

  keepOnly(wanted: (frame: Frame) => boolean): void {
    this.#frames = this.#frames.filter(wanted);
    this.#bytes = this.#frames.reduce((sum, frame) => sum + bytesOf(frame), 0);
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
    this.#spacing = 1;
  }

  #isFull(): boolean {
    return this.#frames.length > this.#limits.frames || this.#bytes > this.#limits.bytes;
  }

  #thin(): void {
    this.#spacing *= 2;
    this.#frames = this.#frames.filter((frame, index, all) => {
      const before = all[index - 1];
      return before === undefined || slot(before, this.#spacing) !== slot(frame, this.#spacing);
    });
    this.#bytes = this.#frames.reduce((sum, frame) => sum + bytesOf(frame), 0);
  }
}

function slot({ step }: Frame, spacing: number): number {
  return Math.floor(step / spacing);
}

function bytesOf({ codes, output }: Frame): number {
  return codes.byteLength + output.byteLength;
}

import type { SkippedFile } from '#shared/data-survey';
import type { ImageSet, ImageShape } from '#shared/images';
import type { Task } from '#shared/api';

/** An opened source of labelled images. Splits are read or drawn when first asked for and then kept. */
export interface DataSet {
  readonly name: string;
  readonly classes: readonly string[];
  readonly shape: ImageShape;
  readonly trainingCount: number;
  readonly testCount: number;
  training(watch: OpeningWatch): Promise<ImageSet>;
  test(watch: OpeningWatch): Promise<ImageSet>;
  /** Images to validate on that the source brings with it; then none of the training images are held back. */
  readonly validation?: ImageSet | null;
  /** Files of the source that were left out. */
  readonly skipped?: readonly SkippedFile[];
  /** What else a person should know of the source, one sentence each. */
  readonly notes?: readonly string[];
}

/** How long work reports and is told to end. */
export interface OpeningWatch {
  report(task: Task): void;
  readonly signal: AbortSignal;
}

/** A function that runs once and hands out the same promise again, but forgets a failure. */
export function once<T>(open: (watch: OpeningWatch) => Promise<T>): (watch: OpeningWatch) => Promise<T> {
  let opened: Promise<T> | null = null;
  return (watch) => {
    opened ??= open(watch).catch((thrown: unknown) => {
      opened = null;
      throw thrown;
    });
    return opened;
  };
}

import type { Evaluation } from '#shared/evaluation';
import type { ModelSummary } from '#shared/summary';
import type { BatchRecord, EpochRecord } from '#shared/history-csv';
import type { PictureSheet } from '#shared/pictures';

/** A fact of the report's head: `Test accuracy`, `0.9912`. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** The filters of a layer: what they hold and what they look for. */
export interface ReportedLayer {
  readonly name: string;
  readonly kernels: PictureSheet;
  /** In the same order; `null` where they were left out. */
  readonly patterns: PictureSheet | null;
}

/** All that a report tells. */
export interface ReportContent {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly summary: ModelSummary;
  /** Empty where nothing is known of the training. */
  readonly epochs: readonly EpochRecord[];
  readonly batches: readonly BatchRecord[];
  /** `null` where there were no test images. */
  readonly reading: {
    readonly classes: readonly string[];
    readonly evaluation: Evaluation;
    readonly misread: PictureSheet;
  } | null;
  readonly layers: readonly ReportedLayer[];
  /** What was left out and why, one sentence each. */
  readonly notes: readonly string[];
  /** How the network was trained, and how the report was made: plain data. */
  readonly recipes: readonly { readonly title: string; readonly content: unknown }[];
}

import type { EpochMetrics } from './api';
import { csv } from './csv';

/** What one batch yielded. */
export interface BatchRecord {
  /** Batches trained, this one included. */
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** What one epoch yielded, and how many batches were trained by its end. */
export type EpochRecord = EpochMetrics & { readonly step: number };

/** A run's epochs, one a line, under the names that `metrics.jsonl` has; of dead filters there is the number. */
export function epochsCsv(epochs: readonly EpochRecord[]): string {
  const header = [
    'epoch',
    'step',
    'loss',
    'accuracy',
    'validationLoss',
    'validationAccuracy',
    'learningRate',
    'imagesPerSecond',
    'seconds',
    'deadFilters',
  ];
  const rows = epochs.map((epoch) => [
    epoch.epoch,
    epoch.step,
    epoch.loss,
    epoch.accuracy,
    epoch.validationLoss,
    epoch.validationAccuracy,
    epoch.learningRate,
    epoch.imagesPerSecond,
    epoch.seconds,
    epoch.deadFilters.reduce((sum, { channels }) => sum + channels.length, 0),
  ]);
  return csv(header, rows);
}

/** A run's batches, one a line. */
export function batchesCsv(batches: readonly BatchRecord[]): string {
  return csv(
    ['step', 'loss', 'accuracy'],
    batches.map(({ step, loss, accuracy }) => [step, loss, accuracy]),
  );
}

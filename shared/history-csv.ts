import type { EpochMetrics } from './api';
import { csv, type CsvField } from './csv';

/** What one batch yielded. */
export interface BatchRecord {
  /** Batches trained, this one included. */
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** What one epoch yielded, and how many batches were trained by its end. */
export type EpochRecord = EpochMetrics & { readonly step: number };

/** What was measured of a run among others. */
export interface RunRecords<Measured> {
  /** The name of its folder. */
  readonly run: string;
  readonly records: readonly Measured[];
}

/** The names that `metrics.jsonl` has. */
const epochHeader = [
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

const batchHeader = ['step', 'loss', 'accuracy'];

/** A run's epochs, one a line; of dead filters there is the number. */
export function epochsCsv(epochs: readonly EpochRecord[]): string {
  return csv(epochHeader, epochs.map(epochRow));
}

/** A run's batches, one a line. */
export function batchesCsv(batches: readonly BatchRecord[]): string {
  return csv(batchHeader, batches.map(batchRow));
}

/** The epochs of several runs, run after run, with its name in front of each. */
export function runsEpochsCsv(runs: readonly RunRecords<EpochRecord>[]): string {
  return csv(['run', ...epochHeader], namedRows(runs, epochRow));
}

/** The batches of several runs. */
export function runsBatchesCsv(runs: readonly RunRecords<BatchRecord>[]): string {
  return csv(['run', ...batchHeader], namedRows(runs, batchRow));
}

function namedRows<Measured>(
  runs: readonly RunRecords<Measured>[],
  row: (measured: Measured) => readonly CsvField[],
): readonly (readonly CsvField[])[] {
  return runs.flatMap(({ run, records }) => records.map((record) => [run, ...row(record)]));
}

function epochRow(epoch: EpochRecord): readonly CsvField[] {
  return [
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
  ];
}

function batchRow({ step, loss, accuracy }: BatchRecord): readonly CsvField[] {
  return [step, loss, accuracy];
}

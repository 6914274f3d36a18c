import path from 'node:path';
import {
  batchesCsv,
  epochsCsv,
  runsBatchesCsv,
  runsEpochsCsv,
  type BatchRecord,
  type EpochRecord,
  type RunRecords,
} from '#shared/history-csv';
import { readMetrics, type MetricsLine } from '../lab/runs/metrics-file';
import { readRunSpec } from '../lab/runs/run-folder';
import { print, say } from './terminal';

export interface HistoryOptions {
  /** Folders. Of several runs every line tells which one it is of. */
  readonly runs: readonly [string, ...string[]];
  readonly format: 'table' | 'csv' | 'json';
  /** A line for every batch, instead of one for every epoch. */
  readonly batches: boolean;
}

type LineOf<T extends MetricsLine['type']> = Extract<MetricsLine, { readonly type: T }>;

/** Prints what was measured while runs were trained. Also reads one that is being trained. */
export async function history({ runs, format, batches }: HistoryOptions): Promise<void> {
  const read = await Promise.all(runs.map(readRun));
  if (batches)
    tell<LineOf<'batch'>>(measuredOf(read, 'batch'), format, { csv: csvOfBatches, rows: batchRows });
  else tell<LineOf<'epoch'>>(measuredOf(read, 'epoch'), format, { csv: csvOfEpochs, rows: epochRows });
}

interface ReadRun {
  readonly folder: string;
  readonly lines: readonly MetricsLine[];
}

async function readRun(folder: string): Promise<ReadRun> {
  // A folder that is no run is refused by name, instead of having no history.
  await readRunSpec(folder);
  return { folder, lines: await readMetrics(folder) };
}

/** The lines of a kind of every run; one that has none is named. */
function measuredOf<T extends 'epoch' | 'batch'>(
  runs: readonly ReadRun[],
  type: T,
): readonly RunRecords<LineOf<T>>[] {
  return runs.map(({ folder, lines }) => {
    const records = lines.filter((line): line is LineOf<T> => line.type === type);
    if (records.length === 0) say(`No ${type} of ${folder} has been trained yet.`);
    return { run: path.basename(path.resolve(folder)), records };
  });
}

interface Ways<Measured> {
  csv(runs: readonly RunRecords<Measured>[]): string;
  /** A header and a row for each. */
  rows(records: readonly Measured[]): readonly (readonly string[])[];
}

function tell<Measured extends MetricsLine>(
  runs: readonly RunRecords<Measured>[],
  format: HistoryOptions['format'],
  { csv, rows }: Ways<Measured>,
): void {
  if (runs.every(({ records }) => records.length === 0)) return;
  switch (format) {
    case 'json':
      for (const { run, records } of runs)
        for (const line of records) print(JSON.stringify(runs.length === 1 ? line : { run, ...line }));
      return;
    case 'csv':
      // Its lines have their ends.
      process.stdout.write(csv(runs));
      return;
    case 'table': {
      const records = runs.flatMap((each) => each.records);
      const names = ['run', ...runs.flatMap(({ run, records: own }) => own.map(() => run))];
      const plain = rows(records);
      const table = runs.length === 1 ? plain : plain.map((row, index) => [names[index] ?? '', ...row]);
      for (const row of aligned(table)) print(row);
    }
  }
}

function csvOfEpochs(runs: readonly RunRecords<EpochRecord>[]): string {
  const [only] = runs;
  return runs.length === 1 && only !== undefined ? epochsCsv(only.records) : runsEpochsCsv(runs);
}

function csvOfBatches(runs: readonly RunRecords<BatchRecord>[]): string {
  const [only] = runs;
  return runs.length === 1 && only !== undefined ? batchesCsv(only.records) : runsBatchesCsv(runs);
}

function epochRows(epochs: readonly EpochRecord[]): readonly (readonly string[])[] {
  const validated = epochs.some(({ validationLoss }) => validationLoss !== null);
  const header = [
    'epoch',
    'loss',
    'accuracy',
    ...(validated ? ['val. loss', 'val. accuracy'] : []),
    'learning rate',
    'images/s',
    'seconds',
  ];
  const rows = epochs.map((epoch) => [
    String(epoch.epoch),
    measured(epoch.loss),
    measured(epoch.accuracy),
    ...(validated ? [measured(epoch.validationLoss), measured(epoch.validationAccuracy)] : []),
    String(Number(epoch.learningRate.toPrecision(4))),
    Math.round(epoch.imagesPerSecond).toLocaleString('en-US'),
    epoch.seconds.toFixed(1),
  ]);
  return [header, ...rows];
}

function batchRows(batches: readonly BatchRecord[]): readonly (readonly string[])[] {
  const rows = batches.map(({ step, loss, accuracy }) => [String(step), measured(loss), measured(accuracy)]);
  return [['step', 'loss', 'accuracy'], ...rows];
}

function measured(value: number | null): string {
  return value === null ? '-' : value.toFixed(4);
}

/** Every column as wide as its widest cell, flush right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}

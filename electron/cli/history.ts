import { batchesCsv, epochsCsv, type BatchRecord, type EpochRecord } from '#shared/history-csv';
import { readMetrics, type MetricsLine } from '../lab/runs/metrics-file';
import { readRunSpec } from '../lab/runs/run-folder';
import { print, say } from './terminal';

export interface HistoryOptions {
  readonly run: string;
  readonly format: 'table' | 'csv' | 'json';
  /** A line for every batch, instead of one for every epoch. */
  readonly batches: boolean;
}

/** Prints what was measured while a run was trained. Also reads one that is being trained. */
export async function history({ run, format, batches }: HistoryOptions): Promise<void> {
  // A folder that is no run is refused by name, instead of having no history.
  await readRunSpec(run);
  const lines = await readMetrics(run);
  const wanted = batches ? linesOf(lines, 'batch') : linesOf(lines, 'epoch');
  if (wanted.length === 0) {
    say(`No ${batches ? 'batch' : 'epoch'} of ${run} has been trained yet.`);
    return;
  }
  switch (format) {
    case 'json':
      for (const line of wanted) print(JSON.stringify(line));
      return;
    case 'csv': {
      const text = batches ? batchesCsv(linesOf(lines, 'batch')) : epochsCsv(linesOf(lines, 'epoch'));
      // Its lines have their ends.
      process.stdout.write(text);
      return;
    }
    case 'table': {
      const rows = batches ? batchRows(linesOf(lines, 'batch')) : epochRows(linesOf(lines, 'epoch'));
      for (const row of aligned(rows)) print(row);
    }
  }
}

function linesOf<T extends MetricsLine['type']>(
  lines: readonly MetricsLine[],
  type: T,
): readonly Extract<MetricsLine, { readonly type: T }>[] {
  return lines.filter((line): line is Extract<MetricsLine, { readonly type: T }> => line.type === type);
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

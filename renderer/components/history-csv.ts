import type { EpochMetrics } from '#shared/api';

type Field = number | null;

/**
 * A run's epochs as comma-separated values (RFC 4180), one a line, under the names that the run's `metrics.jsonl`
 * has. What was not measured is empty.
 * @param stepsPerEpoch batches an epoch
 */
export function epochsCsv(epochs: readonly EpochMetrics[], stepsPerEpoch: number): string {
  const rows = epochs.map((epoch): Record<string, Field> => {
    const { deadFilters, epoch: number, ...measured } = epoch;
    const dead = deadFilters.reduce((sum, { channels }) => sum + channels.length, 0);
    return { epoch: number, step: number * stepsPerEpoch, ...measured, deadFilters: dead };
  });
  const names = [
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
  return lines(
    names,
    rows.map((row) => names.map((name) => row[name] ?? null)),
  );
}

/** A run's batches in the same way; both arrays begin with the first batch. */
export function batchesCsv(loss: Float32Array, accuracy: Float32Array): string {
  const rows = Array.from(loss, (value, index) => [index + 1, value, accuracy[index] ?? null]);
  return lines(['step', 'loss', 'accuracy'], rows);
}

function lines(names: readonly string[], rows: readonly (readonly Field[])[]): string {
  return [names, ...rows].map((fields) => `${fields.map((field) => field ?? '').join(',')}\r\n`).join('');
}

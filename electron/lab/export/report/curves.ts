import type { BatchRecord, EpochRecord } from '#shared/history-csv';
import { escaped } from '../markup';
import { shortNumber } from '../numbers';
import { roundAxis } from './axis';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Curve {
  readonly name: 'training' | 'validation';
  readonly points: readonly Point[];
}

const [width, height] = [480, 240];
const margin = { left: 52, right: 12, top: 12, bottom: 30 };
/** More points than this are not told apart. */
const mostPoints = 400;

/** Loss and accuracy as they changed: by epochs, or by batches while there is only one. */
export function curves(epochs: readonly EpochRecord[], batches: readonly BatchRecord[]): string {
  if (epochs.length === 0 && batches.length === 0) return '';
  const byEpoch = epochs.length > 1;
  const chart = (
    title: string,
    of: 'loss' | 'accuracy',
    validation: 'validationLoss' | 'validationAccuracy',
  ) => {
    const drawn: readonly Curve[] = byEpoch
      ? [
          { name: 'training', points: epochs.map((epoch) => ({ x: epoch.epoch, y: epoch[of] })) },
          {
            name: 'validation',
            points: epochs.map((epoch) => ({ x: epoch.epoch, y: epoch[validation] ?? NaN })),
          },
        ]
      : [{ name: 'training', points: batches.map((batch) => ({ x: batch.step, y: batch[of] })) }];
    return chartOf(title, byEpoch ? 'epoch' : 'batch', drawn);
  };
  const charts = [
    chart('Loss', 'loss', 'validationLoss'),
    chart('Accuracy', 'accuracy', 'validationAccuracy'),
  ];
  return `<h2>Training</h2><div class="charts">${charts.join('')}</div>`;
}

function chartOf(title: string, unit: string, all: readonly Curve[]): string {
  const drawn = all
    .map(({ name, points }) => ({
      name,
      points: thinned(points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))),
    }))
    .filter(({ points }) => points.length > 0);
  if (drawn.length === 0)
    return `<figure><figcaption>${escaped(title)}: no finite number was measured.</figcaption></figure>`;
  const points = drawn.flatMap((curve) => curve.points);
  const xs = ends(points.map(({ x }) => x));
  const axis = roundAxis(points.map(({ y }) => y));
  const ys = [axis.lowest, axis.highest] as const;
  const at = ({ x, y }: Point): Point => ({
    x: margin.left + part(x, xs) * (width - margin.left - margin.right),
    y: height - margin.bottom - part(y, ys) * (height - margin.top - margin.bottom),
  });
  const lines = drawn.map(({ name, points: own }) => {
    const corners = own.map(at).map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
    return `<polyline class="${name}" points="${corners.join(' ')}"/>`;
  });
  const rules = axis.ticks.map((value) => {
    const { y } = at({ x: xs[0], y: value });
    return (
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/>` +
      `<text x="${margin.left - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${shortNumber(value)}</text>`
    );
  });
  const base = height - margin.bottom + 16;
  const ticks =
    `<text x="${margin.left}" y="${base}">${shortNumber(xs[0])}</text>` +
    `<text x="${width - margin.right}" y="${base}" text-anchor="end">${unit} ${shortNumber(xs[1])}</text>`;
  const legend = drawn.map(
    ({ name }) => `<span class="${name}">${name === 'training' ? '—' : '- -'} ${name}</span>`,
  );
  return (
    `<figure><h3>${escaped(title)}</h3><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)} by ${unit}">` +
    `${rules.join('')}${lines.join('')}${ticks}</svg><div class="legend">${legend.join('')}</div></figure>`
  );
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points;
  const each = points.length / mostPoints;
  return Array.from({ length: mostPoints }, (_, index) => {
    const own = points.slice(
      Math.floor(index * each),
      Math.max(Math.floor((index + 1) * each), Math.floor(index * each) + 1),
    );
    const mean = (of: 'x' | 'y') => own.reduce((sum, point) => sum + point[of], 0) / own.length;
    return { x: mean('x'), y: mean('y') };
  });
}

function ends(values: readonly number[]): readonly [lowest: number, highest: number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return [lowest, highest];
}

function part(value: number, [lowest, highest]: readonly [number, number]): number {
  return highest > lowest ? (value - lowest) / (highest - lowest) : 0.5;
}

/** How charts look: quiet grids, small figures, two hues that keep their meaning. */
import type { ChartDataset, ChartOptions } from 'chart.js';
import { hues, type Hues } from './hues';
import type { OverlayColours } from './overlay';

export type Theme = 'dark' | 'light';

export interface Look {
  readonly hues: Hues;
  readonly text: string;
  readonly grid: string;
  readonly surface: string;
  readonly overlay: OverlayColours;
}

const family = "'Inter Variable', system-ui, sans-serif";

export const looks: Record<Theme, Look> = {
  dark: look('dark', {
    text: '#8d9199',
    grid: '#292b30',
    surface: '#17181b',
    crosshair: '#6a6e77',
    fault: '#ff8f87',
  }),
  light: look('light', {
    text: '#65686f',
    grid: '#e0e1e5',
    surface: '#f3f3f5',
    crosshair: '#a6a9b1',
    fault: '#b3261e',
  }),
};

function look(
  theme: Theme,
  colours: { text: string; grid: string; surface: string; crosshair: string; fault: string },
): Look {
  const { text, grid, surface, crosshair, fault } = colours;
  const overlay = { text, grid, crosshair, fault, font: `11px ${family}` };
  return { hues: hues[theme], text, grid, surface, overlay };
}

/** Batches, smoothed batches, the epochs' training and validation, from back to front. */
export function datasets({
  hues: { training, validation },
  surface,
}: Look): ChartDataset<'line', { x: number; y: number }[]>[] {
  const curve = { pointRadius: 0, pointHitRadius: 0, borderJoinStyle: 'round' as const, spanGaps: false };
  const epoch = {
    pointRadius: 3,
    pointBorderWidth: 1.5,
    pointBackgroundColor: surface,
    borderWidth: 1.25,
    spanGaps: true,
    clip: 4,
  };
  return [
    { ...curve, data: [], borderColor: `${training}40`, borderWidth: 1, order: 4 },
    { ...curve, data: [], borderColor: training, borderWidth: 1.5, order: 3 },
    { ...epoch, data: [], borderColor: training, pointBackgroundColor: training, showLine: false, order: 2 },
    { ...epoch, data: [], borderColor: validation, borderDash: [4, 3], order: 1 },
  ];
}

export function chartOptions(
  { text, grid }: Look,
  metric: 'loss' | 'accuracy',
  logarithmic = false,
): ChartOptions<'line'> {
  const font = { size: 11, family };
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: 15, right: 8 } },
    scales: {
      x: {
        type: 'linear',
        border: { color: grid },
        grid: { drawOnChartArea: false, tickLength: 4, color: grid },
        ticks: {
          color: text,
          font,
          maxRotation: 0,
          autoSkipPadding: 14,
          maxTicksLimit: 6,
          includeBounds: false,
          callback: (value) => Number(value).toLocaleString('en'),
        },
      },
      y: {
        type: logarithmic ? 'logarithmic' : 'linear',
        border: { display: false },
        grid: { color: grid, tickLength: 0 },
        ticks: {
          color: text,
          font,
          padding: 6,
          maxTicksLimit: 5,
          includeBounds: false,
          callback: (value) => tick(Number(value), metric, logarithmic),
        },
        // One width for all, so that charts under each other line up.
        afterFit: (scale) => {
          scale.width = 42;
        },
      },
    },
  };
}

function tick(value: number, metric: 'loss' | 'accuracy', logarithmic: boolean): string {
  if (metric === 'accuracy') return `${Math.round(value * 1000) / 10} %`;
  // A logarithmic axis proposes many parts of a magnitude: name those that are about evenly apart.
  const mantissa = Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(2));
  return logarithmic && ![1, 2, 5].includes(mantissa) ? '' : String(Number(value.toPrecision(3)));
}

/** What the chart draws over its curves: where epochs end, batches that were not finite, the crosshair. */
import type { Chart, Plugin } from 'chart.js';
import type { EpochPoint } from './metric-chart';

export interface OverlayState {
  epochs: readonly EpochPoint[];
  /** Steps whose value is not finite, sorted. */
  broken: readonly number[];
  /** The step under the pointer. */
  step: number | null;
  /** Values to mark at that step, with their colours. */
  marks: readonly { readonly value: number; readonly colour: string }[];
  colours: OverlayColours;
}

export interface OverlayColours {
  readonly text: string;
  readonly grid: string;
  readonly crosshair: string;
  readonly fault: string;
  readonly font: string;
}

const leastBetweenNames = 16;
const leastBetweenLines = 5;

export function overlay(state: OverlayState): Plugin<'line'> {
  return {
    id: 'overlay',
    beforeDatasetsDraw: (chart) => {
      drawEpochs(chart, state);
    },
    afterDatasetsDraw: (chart) => {
      drawBroken(chart, state);
      drawCrosshair(chart, state);
    },
  };
}

/** A line where an epoch ends, with its number over the plot; only as many as can be told apart. */
function drawEpochs({ ctx, chartArea, scales }: Chart, { epochs, colours }: OverlayState): void {
  const x = scales['x'];
  if (x === undefined) return;
  ctx.save();
  ctx.strokeStyle = colours.grid;
  ctx.fillStyle = colours.text;
  ctx.font = colours.font;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  let lastLine = -Infinity;
  let lastName = -Infinity;
  for (const { step, epoch } of epochs) {
    const at = Math.round(x.getPixelForValue(step)) + 0.5;
    if (at > chartArea.right + 1) break;
    if (at - lastLine >= leastBetweenLines) {
      line(ctx, at, chartArea.top - 3, chartArea.bottom);
      lastLine = at;
    }
    const name = lastName === -Infinity ? `epoch ${epoch}` : String(epoch);
    const width = ctx.measureText(name).width;
    if (at - width >= lastName + leastBetweenNames && at - width >= chartArea.left) {
      ctx.fillText(name, at + 2, chartArea.top - 3);
      lastName = at;
    }
  }
  ctx.restore();
}

/** A cross at the upper edge for each pixel that holds a batch without a finite value. */
function drawBroken({ ctx, chartArea, scales }: Chart, { broken, colours }: OverlayState): void {
  const x = scales['x'];
  if (x === undefined || broken.length === 0) return;
  ctx.save();
  ctx.strokeStyle = colours.fault;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  let last = -Infinity;
  for (const step of broken) {
    const at = x.getPixelForValue(step);
    if (at - last < 4) continue;
    last = at;
    const y = chartArea.top + 5;
    ctx.moveTo(at - 3, y - 3);
    ctx.lineTo(at + 3, y + 3);
    ctx.moveTo(at - 3, y + 3);
    ctx.lineTo(at + 3, y - 3);
  }
  ctx.stroke();
  ctx.restore();
}

function drawCrosshair({ ctx, chartArea, scales }: Chart, { step, marks, colours }: OverlayState): void {
  const { x, y } = scales;
  if (step === null || x === undefined || y === undefined) return;
  const at = x.getPixelForValue(step);
  ctx.save();
  ctx.strokeStyle = colours.crosshair;
  line(ctx, Math.round(at) + 0.5, chartArea.top, chartArea.bottom);
  for (const { value, colour } of marks) {
    const height = y.getPixelForValue(value);
    if (height < chartArea.top - 1 || height > chartArea.bottom + 1) continue;
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.arc(at, height, 3, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x: number, from: number, to: number): void {
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, from);
  ctx.lineTo(x, to);
  ctx.stroke();
}

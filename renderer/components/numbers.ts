/** How numbers are written in the window: thousands separated, one number of digits for one kind of value. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

/** `26 × 26 × 32` */
export function shapeText(shape: readonly number[]): string {
  return shape.map(count).join(' × ');
}

const scaled = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const scales = [
  { from: 1e12, unit: 'T' },
  { from: 1e9, unit: 'G' },
  { from: 1e6, unit: 'M' },
  { from: 1e3, unit: 'k' },
] as const;

/** A number of operations to three digits: `11.4 M`; a dash where it is not known. */
export function operations(value: number | null): string {
  if (value === null) return '–';
  const scale = scales.find(({ from }) => value >= from);
  return scale === undefined ? count(value) : `${scaled.format(value / scale.from)} ${scale.unit}`;
}

/** A loss: four decimals, fewer for large ones, so that the width stays. */
export function loss(value: number | null): string {
  if (value === null) return '–';
  if (!Number.isFinite(value)) return 'not finite';
  if (value >= 1e6) return value.toExponential(1);
  return value.toFixed(value >= 1000 ? 1 : value >= 10 ? 3 : 4);
}

/** A fraction as per cent with two decimals; a dash where there is none, as with NaN. */
export function percent(value: number | null, decimals = 2): string {
  return value === null || Number.isNaN(value) ? '–' : `${(value * 100).toFixed(decimals)} %`;
}

/** `0:31`, `12:05` or `1:02:03` */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** A value of a feature map, to the 8 bits it came with: three significant digits. */
export function cell(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1000 || size < 0.001 ? value.toExponential(2) : value.toPrecision(3);
}

/** A learning rate, without the noise of binary fractions: `0.001`, `3.2e-7`. */
export function rate(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return rounded !== 0 && rounded < 1e-4 ? rounded.toExponential() : String(rounded);
}

/** `run 7` for a run that the lab numbered; one whose folder a person named goes by its name. */
export function runName(id: string): string {
  const number = /^0*(\d+)-/.exec(id)?.[1];
  return number === undefined ? id : `run ${number}`;
}

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** An ISO 8601 time as `24 Nov 2026, 14:05`, in the time zone of the window. */
export function dateAndTime(iso: string): string {
  return moment.format(new Date(iso));
}

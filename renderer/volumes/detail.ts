/**
 * How much of each layer is drawn. A frame must be taken in while a network trains beside it, so all volumes together
 * have a budget of cells; what is too large for its share is thinned evenly, cells first, then channels. Values are
 * never averaged: a drawn cell is a true cell.
 */
import type { ImageShape } from '#shared/images';
import { isVector } from '#shared/stage-layout';

/** What a graphics card can hold in one texture array. */
export interface TextureLimits {
  readonly side: number;
  readonly layers: number;
}

export interface Detail {
  /** Drawn of the layer: rows and columns, every `step`-th, and channels, evenly spaced. */
  readonly shape: ImageShape;
  readonly step: number;
}

/** 2 MB of codes: about 3 ms of copying, spread over several pictures where it takes longer. */
const mostCells = 2 ** 21;
/** Slices nearer to each other than a pixel or two only cost time. */
const mostChannels = 128;
/** Cells are thinned to about this many a side before channels are. */
const leastSide = 48;
/** Units of a dense layer a row of its texture. */
export const unitsPerRow = 1024;
const mostUnits = 2 ** 16;

export function planDetail(shapes: readonly ImageShape[], limits: TextureLimits): Detail[] {
  const shares = fairShares(
    shapes.map(([height, width, channels]) => height * width * Math.min(channels, mostChannels)),
    mostCells,
  );
  return shapes.map((shape, i) =>
    isVector(shape) ? panelDetail(shape, limits) : volumeDetail(shape, shares[i] as number, limits),
  );
}

/** Divides a total so that nobody gets more than is needed, and those who get less all get the same. */
export function fairShares(needs: readonly number[], total: number): number[] {
  const order = needs.map((_, i) => i).sort((a, b) => (needs[a] as number) - (needs[b] as number));
  const shares = needs.map(() => 0);
  let left = total;
  order.forEach((i, done) => {
    const share = Math.min(needs[i] as number, Math.floor(left / (needs.length - done)));
    shares[i] = share;
    left -= share;
  });
  return shares;
}

/** The number of the true channel that is drawn as channel `drawn`. */
export function trueChannel(drawn: number, drawnChannels: number, channels: number): number {
  return Math.floor(((drawn + 0.5) * channels) / drawnChannels);
}

/** What a label says of it, a line each: `50 of 64 channels`, `each 4th cell`; nothing where everything is drawn. */
export function detailLines({ shape: [, , drawn], step }: Detail, [, , channels]: ImageShape): string[] {
  const lines = drawn < channels ? [`${drawn} of ${channels.toLocaleString('en')} channels`] : [];
  if (step > 1) lines.push(`each ${ordinal(step)} cell`);
  return lines;
}

function ordinal(count: number): string {
  return `${count}${count === 2 ? 'nd' : count === 3 ? 'rd' : 'th'}`;
}

function volumeDetail([height, width, channels]: ImageShape, share: number, limits: TextureLimits): Detail {
  const wanted = Math.min(channels, mostChannels, limits.side);
  const cells = (by: number) => Math.ceil(height / by) * Math.ceil(width / by);
  let step = Math.max(1, Math.ceil(height / limits.layers), Math.ceil(width / limits.side));
  while (cells(step) * wanted > share && Math.max(height, width) / (step + 1) >= leastSide) step++;
  const drawn = Math.max(1, Math.min(wanted, Math.floor(share / cells(step))));
  return { shape: [Math.ceil(height / step), Math.ceil(width / step), drawn], step };
}

function panelDetail([, , units]: ImageShape, limits: TextureLimits): Detail {
  return { shape: [1, 1, Math.min(units, mostUnits, unitsPerRow * limits.layers)], step: 1 };
}

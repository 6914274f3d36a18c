/**
 * Where the layers stand on the stage: to scale where sizes are near to each other, by square roots where they are
 * not, and in as many rows, from left to right like a text, as fill the first view best.
 */
import type { ImageShape } from '#shared/images';
import {
  distance,
  firstAzimuth,
  firstElevation,
  isVector,
  mostBars,
  placeAt,
  referenceOf,
  sizeOf,
  type Placement,
  type Sized,
} from '#shared/stage-layout';

/** What there is to fill, in pixels. */
export interface Room {
  /** Of the picture, labels not counted. */
  readonly width: number;
  readonly height: number;
  /** What labels and legends take between two rows. */
  readonly betweenRows: number;
  /** From the middle of a layer to the middle of the next at least, so that labels find a place. */
  readonly betweenLayers: number;
}

export interface Arrangement {
  readonly placements: readonly Placement[];
  /** Where each row begins: the number of its first layer. */
  readonly rows: readonly number[];
  /** Heights of the middle of the gaps above each row but the first, for the thread to pass. */
  readonly gaps: readonly number[];
  /** How far to the left and to the right, as the first view sees it, the thread turns to the next row. */
  readonly turn: readonly [left: number, right: number];
  /** Whether sizes are drawn by square roots. */
  readonly compressed: boolean;
}

/** An output of more classes than there is room for shows so many of the best. */
export const bestClasses = 10;
/** To scale up to maps of this side, and up to so many channels in proportion to it. */
const largestSideToScale = 40;
const mostDepthToScale = 2.5;
/** The height of the largest map where sizes are drawn by square roots. */
const compressedReference = 28;
/** One row is easiest to read: several must make everything larger by this much. */
const gainOfRows = 1.15;

/** A layer with what the first view sees of it, in units: half its height, and its distance from the one before. */
interface Seen {
  readonly sized: Sized;
  readonly halfHeight: number;
  readonly halfWidth: number;
}

export function arrange(shapes: readonly ImageShape[], room: Room): Arrangement {
  const compressed = isCompressed(shapes);
  const reference = compressed ? compressedReference : referenceOf(shapes);
  const seen = shapes.map((shape, i) =>
    lookAt(sizeFor(shape, shapes, i > 0 && i === shapes.length - 1, compressed)),
  );
  const { rows, scale } = chooseRows(seen, reference, room);
  return place(seen, rows, scale, reference, room, compressed);
}

/** Sizes that differ widely are drawn by their square roots, so that small maps stay visible beside large ones. */
export function isCompressed(shapes: readonly ImageShape[]): boolean {
  const volumes = shapes.filter((shape) => !isVector(shape));
  const side = Math.max(1, ...volumes.map(meanSide));
  const depth = Math.max(1, ...volumes.map(([, , channels]) => channels));
  return side > largestSideToScale || depth > mostDepthToScale * side;
}

function meanSide([height, width]: ImageShape): number {
  return Math.sqrt(height * width);
}

function sizeFor(
  shape: ImageShape,
  shapes: readonly ImageShape[],
  isLast: boolean,
  compressed: boolean,
): Sized {
  const reference = compressed ? compressedReference : referenceOf(shapes);
  if (isVector(shape)) {
    const classes = isLast && shape[2] > mostBars ? bestClasses : shape[2];
    return sizeOf([1, 1, classes], reference, isLast);
  }
  const sized = sizeOf(shape, reference, isLast);
  if (!compressed) return sized;
  const [height, width, channels] = shape;
  const largest = Math.max(...shapes.filter((other) => !isVector(other)).map(meanSide));
  const root = (size: number) => compressedReference * Math.sqrt(size / largest);
  const cell = root(meanSide(shape)) / meanSide(shape);
  // Cells of few channels are cubes, as they are to scale.
  const depth = Math.min(channels * cell, root(channels));
  return {
    ...sized,
    cell: [cell, cell, depth / channels],
    size: [width * cell, height * cell, depth],
  };
}

function lookAt(sized: Sized): Seen {
  const [width, height, depth] = sized.size;
  const deep = depth * Math.cos(firstAzimuth) + width * Math.sin(firstAzimuth);
  return {
    sized,
    halfWidth: (width * Math.cos(firstAzimuth) + depth * Math.sin(firstAzimuth)) / 2,
    halfHeight: (height * Math.cos(firstElevation) + deep * Math.sin(firstElevation)) / 2,
  };
}

/** Rows by their first layers, and the pixels a unit that they allow. */
interface Rows {
  readonly rows: readonly number[];
  readonly scale: number;
}

function chooseRows(seen: readonly Seen[], reference: number, room: Room): Rows {
  const breakAt = (scale: number) => breakRows(seen, scale, room.width / scale, reference, room);
  const one = largestScale(seen, room, (scale) => breakAt(scale).length <= 1);
  const many = largestScale(seen, room, (scale) => fits(seen, breakAt(scale), scale, room));
  const rows = breakAt(many).length <= 1 || many < one * gainOfRows ? 1 : breakAt(many).length;
  return rows === 1
    ? { rows: seen.length === 0 ? [] : [0], scale: one }
    : { rows: balancedRows(seen, many, reference, room), scale: many };
}

/** The most pixels a unit for which all fits; all that is larger than that does not fit. */
function largestScale(seen: readonly Seen[], room: Room, fitsAt: (scale: number) => boolean): number {
  const tall = 2 * Math.max(0.5, tallest(seen, 0, undefined));
  let high = room.height / tall;
  if (fitsAt(high)) return high;
  let low = high / 4096;
  for (let i = 0; i < 32; i++) {
    const scale = Math.sqrt(low * high);
    if (fitsAt(scale)) low = scale;
    else high = scale;
  }
  return low;
}

/** Fills rows of this width one after another. */
function breakRows(
  seen: readonly Seen[],
  scale: number,
  width: number,
  reference: number,
  room: Room,
): number[] {
  const rows: number[] = [];
  let end = 0;
  seen.forEach((layer, i) => {
    const { halfWidth } = layer;
    const before = seen[i - 1];
    const next = before === undefined ? Infinity : end + gapBetween(before, layer, scale, reference, room);
    if (next + halfWidth <= width) {
      end = next;
      return;
    }
    rows.push(i);
    end = halfWidth;
  });
  return rows;
}

/** As many rows as are needed, but as even as they can be. */
function balancedRows(seen: readonly Seen[], scale: number, reference: number, room: Room): number[] {
  const breakAt = (width: number) => breakRows(seen, scale, width, reference, room);
  let high = room.width / scale;
  const wanted = breakAt(high).length;
  let low = 0;
  for (let i = 0; i < 24; i++) {
    const width = (low + high) / 2;
    if (breakAt(width).length <= wanted) high = width;
    else low = width;
  }
  return breakAt(high);
}

function gapBetween(left: Seen, right: Seen, scale: number, reference: number, room: Room): number {
  return Math.max(distance(left.sized, right.sized, reference), room.betweenLayers / scale);
}

function fits(seen: readonly Seen[], rows: readonly number[], scale: number, room: Room): boolean {
  const tall = rows.reduce((sum, from, row) => sum + 2 * tallest(seen, from, rows[row + 1]), 0);
  return tall * scale + (rows.length - 1) * room.betweenRows <= room.height;
}

function tallest(seen: readonly Seen[], from: number, to: number | undefined): number {
  return Math.max(0, ...seen.slice(from, to).map(({ halfHeight }) => halfHeight));
}

/** Bars of so many pixels a row have room for their texts. */
const legibleRow = 13;

function legible(sized: Sized, scale: number): Sized {
  if (sized.kind !== 'bars') return sized;
  const [width, height, depth] = sized.cell;
  const row = Math.max(height, legibleRow / scale / Math.cos(firstElevation));
  return { ...sized, cell: [width, row, depth], size: [width, row * sized.grid[1], 0] };
}

function place(
  seen: readonly Seen[],
  rows: readonly number[],
  scale: number,
  reference: number,
  room: Room,
  compressed: boolean,
): Arrangement {
  const lines = rows.map((from, row) => {
    const layers = seen.slice(from, rows[row + 1]);
    const along: number[] = [];
    layers.forEach((layer, i) => {
      const before = layers[i - 1];
      along.push(
        before === undefined
          ? layer.halfWidth
          : (along[i - 1] as number) + gapBetween(before, layer, scale, reference, room),
      );
    });
    const width = (along.at(-1) ?? 0) + (layers.at(-1)?.halfWidth ?? 0);
    return { layers, along, width, half: tallest(seen, from, rows[row + 1]) };
  });
  const widest = Math.max(0, ...lines.map(({ width }) => width));
  const gap = room.betweenRows / scale;
  const whole = lines.reduce((sum, { half }) => sum + 2 * half, 0) + gap * Math.max(0, lines.length - 1);
  const gaps: number[] = [];
  let top = whole / 2;
  const placements = lines.flatMap(({ layers, along, half }, row) => {
    if (row > 0) gaps.push(placeAt(0, top + gap / 2).y);
    const middle = top - half;
    top = middle - half - gap;
    return layers.map(({ sized }, i) => ({
      ...legible(sized, scale),
      ...placeAt((along[i] as number) - widest / 2, middle),
    }));
  });
  const turn = widest / 2 + 0.25 * gap;
  return { placements, rows, gaps, turn: [-turn, turn], compressed };
}

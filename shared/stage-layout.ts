/**
 * Where the layers stand. One unit of the scene is one cell of a feature map, for all volumes, so that sizes can be
 * compared by eye. Columns run along +x, rows down -y, channels away from the viewer along -z. The network itself runs
 * to the right as the first view sees it, a little backwards: so all layers are equally far from that view, stand on
 * one level in it, and show the same side.
 */
import type { ImageShape } from './images';

/** The horizontal angle of the first view, from the front towards the right; gaps are made for it. */
export const firstAzimuth = (25 * Math.PI) / 180;
/** The height from which the first view looks down. */
export const firstElevation = (38 * Math.PI) / 180;

export type PlacementKind =
  /** Height x width x channels, to scale. */
  | 'volume'
  /** A dense layer's units as square cells, row by row. */
  | 'cells'
  /** The network's output: a bar a class. */
  | 'bars';

export interface Placement {
  readonly kind: PlacementKind;
  /** Cells along x, y and z. `cells` has columns and rows here, `bars` one column and a row a class. */
  readonly grid: readonly [x: number, y: number, z: number];
  /** Units a cell takes; cells and bars have no depth, and 1 stands for it. */
  readonly cell: readonly [x: number, y: number, z: number];
  /** Size of the whole in units. */
  readonly size: readonly [x: number, y: number, z: number];
  /** The centre. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** An output of more classes is shown as cells. */
export const mostBars = 20;
const rowsOfCells = 32;
/** How much of a volume's depth is kept free of its neighbour: seen from above, the rest passes over it. */
const clearance = 0.24;

export function isVector([height, width]: ImageShape): boolean {
  return height === 1 && width === 1;
}

/** Places layers of these shapes in one row, the input first, centred on the origin. */
export function layOut(shapes: readonly ImageShape[]): Placement[] {
  const reference = referenceOf(shapes);
  const sized = shapes.map((shape, i) => sizeOf(shape, reference, i > 0 && i === shapes.length - 1));
  const along: number[] = [];
  let end = 0;
  sized.forEach((placement, i) => {
    const previous = sized[i - 1];
    if (previous !== undefined) end += distance(previous, placement, reference);
    along.push(end);
  });
  return sized.map((placement, i) => {
    const at = (along[i] as number) - end / 2;
    return { ...placement, ...placeAt(at, 0) };
  });
}

/** The place that the first view sees at `along` to the right and `up` above the middle, in units. */
export function placeAt(along: number, up: number): Pick<Placement, 'x' | 'y' | 'z'> {
  return {
    x: along * Math.cos(firstAzimuth),
    y: up / Math.cos(firstElevation),
    z: -along * Math.sin(firstAzimuth),
  };
}

/** The height of the tallest maps: panels and gaps are made for it. */
export function referenceOf(shapes: readonly ImageShape[]): number {
  const tallest = Math.max(1, ...shapes.filter((shape) => !isVector(shape)).map(([height]) => height));
  return tallest === 1 ? 28 : tallest;
}

/** A layer that has no place yet. */
export type Sized = Omit<Placement, 'x' | 'y' | 'z'>;

/** From centre to centre. Never so near that two layers share an x: by that the stage knows which is in front. */
export function distance(left: Sized, right: Sized, reference: number): number {
  const widths = (left.size[0] + right.size[0]) / 2;
  const depths = (left.size[2] + right.size[2]) / 2;
  const other = left.kind !== right.kind ? 0.1 * reference : 0;
  const seen = widths * Math.cos(firstAzimuth) + clearance * depths * Math.sin(firstAzimuth);
  return Math.max(
    seen + 0.13 * reference + other,
    0.62 * reference,
    (1.02 * widths) / Math.cos(firstAzimuth),
  );
}

export function sizeOf(shape: ImageShape, reference: number, isLast: boolean): Sized {
  const [height, width, channels] = shape;
  if (!isVector(shape)) {
    return {
      kind: 'volume',
      grid: [width, height, channels],
      cell: [1, 1, 1],
      size: [width, height, channels],
    };
  }
  if (isLast && channels <= mostBars) {
    const cell = [reference * 0.55, (reference * 1.55) / Math.max(channels, 8), 1] as const;
    return { kind: 'bars', grid: [1, channels, 1], cell, size: [cell[0], cell[1] * channels, 0] };
  }
  const columns = Math.max(
    Math.round(Math.sqrt(channels) / 2),
    Math.ceil(channels / Math.max(rowsOfCells, Math.sqrt(channels))),
  );
  const rows = Math.ceil(channels / columns);
  const side = (1.1 * reference) / Math.max(rows, 16);
  return {
    kind: 'cells',
    grid: [columns, rows, 1],
    cell: [side, side, 1],
    size: [columns * side, rows * side, 0],
  };
}

/** Which cell a ray meets. Pure geometry: no scene graph, no allocation. */
import type { Placement } from '#shared/stage-layout';

/** The axis along which a volume is cut into the quads that are drawn: 0 columns, 1 rows, 2 channels. */
export type SliceAxis = 0 | 1 | 2;

type Vector = readonly [number, number, number];
export type MutableVector = [number, number, number];

/** Scene to cell coordinates: columns to the right, rows down, channels away from the viewer, from 0 on. */
export function toCellPoint(
  placement: Placement,
  x: number,
  y: number,
  z: number,
  into: MutableVector,
): void {
  const { grid, cell } = placement;
  into[0] = (x - placement.x) / cell[0] + grid[0] / 2;
  into[1] = grid[1] / 2 - (y - placement.y) / cell[1];
  into[2] = grid[2] / 2 - (z - placement.z) / cell[2];
}

/** The same for a direction. */
export function toCellDirection(
  { cell }: Placement,
  x: number,
  y: number,
  z: number,
  into: MutableVector,
): void {
  into[0] = x / cell[0];
  into[1] = -y / cell[1];
  into[2] = -z / cell[2];
}

/**
 * The axis whose slices face a viewer best who stands in direction `toViewer`, in units: columns to the right, rows
 * down, channels away. Channels are preferred while they can be told apart, since a slice of them is a feature map;
 * `current` is kept near a tie, so that the picture does not flicker between two cuts.
 */
export function facingAxis(grid: Vector, toViewer: Vector, current: SliceAxis): SliceAxis {
  let best: SliceAxis = 2;
  let bestWeight = 0;
  for (const axis of axes) {
    const weight =
      Math.abs(toViewer[axis]) *
      (axis === 2 ? 1.7 : 1) *
      (axis === current ? 1.1 : 1) *
      (grid[2] === 1 && axis !== 2 ? 0 : 1);
    if (weight > bestWeight) {
      best = axis;
      bestWeight = weight;
    }
  }
  return best;
}

const axes: readonly SliceAxis[] = [0, 1, 2];

/**
 * Walks a ray through the slices of a volume from near to far and writes the first cell that `isVisible` into
 * `cell` (column, row, channel). Where none is visible the nearest one counts. Returns the distance along the ray
 * in multiples of `direction`, or -1 for a miss.
 */
export function pickCell(
  grid: Vector,
  axis: SliceAxis,
  origin: Vector,
  direction: Vector,
  isVisible: (column: number, row: number, channel: number) => boolean,
  cell: MutableVector,
): number {
  const step = direction[axis];
  if (step === 0) return -1;
  const count = grid[axis];
  let nearest = -1;
  for (let i = 0; i < count; i++) {
    const slice = step > 0 ? i : count - 1 - i;
    const distance = (slice + 0.5 - origin[axis]) / step;
    if (distance <= 0) continue;
    const column = axis === 0 ? slice : Math.floor(origin[0] + distance * direction[0]);
    const row = axis === 1 ? slice : Math.floor(origin[1] + distance * direction[1]);
    const channel = axis === 2 ? slice : Math.floor(origin[2] + distance * direction[2]);
    if (column < 0 || row < 0 || channel < 0) continue;
    if (column >= grid[0] || row >= grid[1] || channel >= grid[2]) continue;
    const visible = isVisible(column, row, channel);
    if (!visible && nearest >= 0) continue;
    cell[0] = column;
    cell[1] = row;
    cell[2] = channel;
    if (visible) return distance;
    nearest = distance;
  }
  return nearest;
}

import type { RandomStream } from './random';
import type { PenPath } from './strokes';

/** How a page of writing bends what was meant; angles as tangents. */
export interface Distortion {
  /** Width against height, smallest and largest factor. */
  readonly stretch: readonly [number, number];
  readonly slant: { readonly mean: number; readonly deviation: number };
  readonly rotation: number;
  /** Standard deviation of the warp's 4 x 4 control points, in hundredths of a digit's height. */
  readonly warp: number;
}

const side = 4;
const offsetX = new Float64Array(side * side);
const offsetY = new Float64Array(side * side);
const columnWeights = new Float64Array(side);
const rowWeights = new Float64Array(side);

/** Bends a digit smoothly, then stretches, slants and rotates it, all about its middle at (35, 50). */
export function distort(path: PenPath, how: Distortion, breadth: number, random: RandomStream): void {
  for (let i = 0; i < side * side; i++) {
    offsetX[i] = how.warp * random.gaussian();
    offsetY[i] = how.warp * random.gaussian();
  }
  const stretch = breadth * random.between(...how.stretch);
  const slant = how.slant.mean + how.slant.deviation * random.gaussian();
  // A rotation by the angle whose tangent is `turn`, without trigonometry.
  const turn = how.rotation * random.gaussian();
  const cosine = 1 / Math.sqrt(1 + turn * turn);
  const sine = turn * cosine;
  for (let i = 0; i < path.count; i++) {
    const x = path.x[i] as number;
    const y = path.y[i] as number;
    bernstein(x / 70, columnWeights);
    bernstein(y / 100, rowWeights);
    const bentX = (x + warpAt(offsetX) - 35) * stretch;
    const bentY = y + warpAt(offsetY) - 50;
    const slantedX = bentX - slant * bentY;
    path.x[i] = cosine * slantedX - sine * bentY;
    path.y[i] = sine * slantedX + cosine * bentY;
  }
}

/** The cubic Bernstein polynomials, which make the 4 x 4 offsets one smooth field. */
function bernstein(at: number, weights: Float64Array): void {
  const t = Math.min(Math.max(at, 0), 1);
  const rest = 1 - t;
  weights[0] = rest * rest * rest;
  weights[1] = 3 * rest * rest * t;
  weights[2] = 3 * rest * t * t;
  weights[3] = t * t * t;
}

function warpAt(offsets: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      sum +=
        (rowWeights[row] as number) *
        (columnWeights[column] as number) *
        (offsets[row * side + column] as number);
    }
  }
  return sum;
}

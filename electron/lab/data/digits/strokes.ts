import type { RandomStream } from './random';
import { most, type Skeleton, type Style } from './skeletons';

/** Straight pieces that a curve between two points is drawn with. */
const segmentsPerSpan = 5;
export const maxPoints = most.strokes * ((most.pointsOfStroke - 1) * segmentsPerSpan + 1);

/** The polyline that a pen follows; reused from digit to digit. */
export interface PenPath {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Of the pen's mark, in pixels of the finished image. */
  readonly radius: Float64Array;
  /** 0 at a stroke's begin, 1 at its end. */
  readonly along: Float64Array;
  /** 1 where a stroke begins: no ink between this point and the one before. */
  readonly begins: Uint8Array;
  count: number;
}

export function penPath(): PenPath {
  return {
    x: new Float64Array(maxPoints),
    y: new Float64Array(maxPoints),
    radius: new Float64Array(maxPoints),
    along: new Float64Array(maxPoints),
    begins: new Uint8Array(maxPoints),
    count: 0,
  };
}

/** How freely a hand departs from the skeleton; lengths in hundredths of a digit's height. */
export interface Hand {
  /** Standard deviation of each point that the pen passes. */
  readonly jitter: number;
  /** Standard deviation of a whole stroke against the others. */
  readonly strokeShift: number;
  /** The largest part of a stroke that is missing at an end, or drawn too far. */
  readonly endChange: number;
}

const controlX = new Float64Array(most.pointsOfStroke);
const controlY = new Float64Array(most.pointsOfStroke);
const mixture = new Float64Array(most.variants);

/** Writes one digit in this style: a mixture of its variants, shaken, as polylines in `path`. */
export function writeStrokes(style: Style, hand: Hand, random: RandomStream, path: PenPath): void {
  path.count = 0;
  mixVariants(style.variants, random);
  const first = style.variants[0] as Skeleton;
  for (let stroke = 0; stroke < first.length; stroke++) {
    const count = placeControlPoints(style.variants, stroke, hand, random, first.length > 1);
    appendSpline(path, count, first[stroke]?.corners ?? []);
  }
}

/** Cubes, so that mostly one variant leads: even shares would make every digit the same mean. */
function mixVariants(variants: readonly Skeleton[], random: RandomStream): void {
  let total = 0;
  for (let i = 0; i < variants.length; i++) {
    const share = random.uniform();
    total += mixture[i] = share * share * share + 1e-6;
  }
  for (let i = 0; i < variants.length; i++) mixture[i] = (mixture[i] as number) / total;
}

function placeControlPoints(
  variants: readonly Skeleton[],
  stroke: number,
  hand: Hand,
  random: RandomStream,
  oneOfSeveral: boolean,
): number {
  const shiftX = oneOfSeveral ? hand.strokeShift * random.gaussian() : 0;
  const shiftY = oneOfSeveral ? hand.strokeShift * random.gaussian() : 0;
  const count = (variants[0]?.[stroke]?.points.length ?? 0) / 2;
  for (let point = 0; point < count; point++) {
    let [x, y] = [0, 0];
    for (let i = 0; i < variants.length; i++) {
      const points = variants[i]?.[stroke]?.points as readonly number[];
      x += (mixture[i] as number) * (points[2 * point] as number);
      y += (mixture[i] as number) * (points[2 * point + 1] as number);
    }
    controlX[point] = x + shiftX + hand.jitter * random.gaussian();
    controlY[point] = y + shiftY + hand.jitter * random.gaussian();
  }
  changeEnd(0, 1, count, hand, random);
  changeEnd(count - 1, count - 2, count, hand, random);
  return count;
}

/** Moves a stroke's end along its last span: shorter or longer. */
function changeEnd(end: number, next: number, count: number, hand: Hand, random: RandomStream): void {
  const share = hand.endChange * count * random.between(-0.5, 1) * 0.5;
  controlX[end] =
    (controlX[end] as number) + share * ((controlX[next] as number) - (controlX[end] as number));
  controlY[end] =
    (controlY[end] as number) + share * ((controlY[next] as number) - (controlY[end] as number));
}

/** A Catmull-Rom spline through the control points; corners end one curve and begin the next. */
function appendSpline(path: PenPath, count: number, corners: readonly boolean[]): void {
  const spans = count - 1;
  for (let span = 0; span < spans; span++) {
    const before = span === 0 || corners[span] === true ? span : span - 1;
    const after = span + 2 > spans || corners[span + 1] === true ? span + 1 : span + 2;
    for (let step = span === 0 ? 0 : 1; step <= segmentsPerSpan; step++) {
      const t = step / segmentsPerSpan;
      const point = path.count++;
      path.x[point] = catmullRom(controlX, before, span, after, t);
      path.y[point] = catmullRom(controlY, before, span, after, t);
      path.along[point] = (span + t) / spans;
      path.begins[point] = span === 0 && step === 0 ? 1 : 0;
    }
  }
}

function catmullRom(values: Float64Array, before: number, from: number, after: number, t: number): number {
  const a = values[before] as number;
  const b = values[from] as number;
  const c = values[from + 1] as number;
  const d = values[after] as number;
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

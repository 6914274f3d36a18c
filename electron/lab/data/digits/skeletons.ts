/** Points x, y, x, y ... of one stroke, and which of them are corners. */
export interface StrokeSkeleton {
  readonly points: readonly number[];
  readonly corners: readonly boolean[];
}

export type Skeleton = readonly StrokeSkeleton[];

export interface Style {
  /** How often the style is written, relative to the others of its digit. */
  readonly share: number;
  readonly variants: readonly Skeleton[];
}

/** Room that the pen keeps for what one style may hold. */
export const most = { variants: 12, pointsOfStroke: 16, strokes: 2 } as const;

/**
 * Reads a style. Each variant is the path of the pen as text: points `x,y` that grow right and down, a digit about
 * 100 high. The path runs smoothly through its points and turns sharply at those marked `!`; `|` lifts the pen. The
 * variants have the same points in the same order, so that any mixture of them is a digit too.
 */
export function style(share: number, ...variants: readonly string[]): Style {
  const skeletons = variants.map((text) => text.split('|').map(parseStroke));
  const points = skeletons.map((skeleton) => skeleton.map((stroke) => stroke.points.length).join());
  if (new Set(points).size !== 1)
    throw new Error(`variants of one style differ in points: ${points.join(' / ')}`);
  const [first = []] = skeletons;
  const longest = Math.max(...first.map((stroke) => stroke.corners.length));
  if (skeletons.length > most.variants || first.length > most.strokes || longest > most.pointsOfStroke) {
    throw new Error(`a style is larger than the pen has room for: ${variants[0]}`);
  }
  return { share, variants: skeletons };
}

function parseStroke(text: string): StrokeSkeleton {
  const places = text.trim().split(/\s+/);
  return {
    points: places.flatMap((place) => place.replace('!', '').split(',').map(Number)),
    corners: places.map((place) => place.endsWith('!')),
  };
}

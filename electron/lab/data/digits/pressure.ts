import type { RandomStream } from './random';
import type { PenPath } from './strokes';

/**
 * Presses the pen: gives each point of a path the radius of its mark, in pixels of the finished image.
 * @param thickness 1 for the usual choice of pens
 */
export function pressPen(path: PenPath, thickness: number, random: RandomStream): void {
  const radius = penRadius(random) * thickness;
  // How much thicker a stroke is at its end than at its begin, and in its middle than at its ends.
  const growth = 0.25 * random.gaussian();
  const swell = 0.15 * random.gaussian();
  // Paper and ink: from a smooth felt pen to a scratchy nib.
  const roughness = 0.25 * random.uniform() * random.uniform();
  for (let i = 0; i < path.count; i++) {
    const along = path.along[i] as number;
    const pressure = 1 + growth * (along - 0.5) + swell * (4 * along * (1 - along) - 0.5);
    path.radius[i] = radius * Math.max(0.4, pressure + roughness * random.gaussian());
  }
}

/** Most pens are thin, a few very thick. */
function penRadius(random: RandomStream): number {
  const share = random.uniform();
  return 0.8 + 1.15 * share * Math.sqrt(share);
}

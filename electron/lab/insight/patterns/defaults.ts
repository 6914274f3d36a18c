import type { ImageShape } from '#shared/images';
import type { PatternsRequest } from '#shared/insight';
import type { Penalties } from './penalties';

/** How an ascent goes where the request leaves it open. */
export interface AscentSettings {
  readonly learningRate: number;
  /** Pixels. */
  readonly jitter: number;
  readonly penalties: Penalties;
}

/** Images up to so many pixels a side are small: each of their pixels counts, and none is too fine. */
const smallSide = 64;

/** Settings that suit 28x28x1 and 224x224x3, and what lies between and around them. */
export function settingsFor(
  { learningRate, jitter, penalties, objective }: PatternsRequest,
  [height, width]: ImageShape,
): AscentSettings {
  const side = Math.min(height, width);
  const small = side <= smallSide;
  return {
    learningRate: learningRate ?? 0.5,
    // A cell looks at one place, which must not move.
    jitter: jitter ?? (objective === 'cell' || side < 16 ? 0 : Math.max(1, Math.round(side / 28))),
    penalties: {
      totalVariation: penalties.totalVariation ?? (small ? 0 : 0.05),
      // What the cell does not see stays grey.
      l2: penalties.l2 ?? (objective === 'cell' ? 0.5 : 0),
      blur: penalties.blur ?? 0,
    },
  };
}

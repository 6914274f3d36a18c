import type { ImageShape } from '#shared/images';
import type { PatternsRequest } from '#shared/insight';
import type { Objective } from './objective';
import type { Penalties } from './penalties';

/** How an ascent goes where the request leaves it open. */
export interface AscentSettings {
  readonly learningRate: number;
  /** Pixels. */
  readonly jitter: number;
  readonly penalties: Penalties;
}

/** Images up to so many pixels a side are small. */
const smallSide = 64;

/** Settings that suit 28x28x1 and 224x224x3, and what lies between and around them. */
export function settingsFor(
  { learningRate, jitter, penalties }: PatternsRequest,
  objective: Objective,
  [height, width]: ImageShape,
): AscentSettings {
  const side = Math.min(height, width);
  const usual = usualPenalties(objective, side);
  return {
    learningRate: learningRate ?? 0.5,
    // A cell looks at one place, which must not move.
    jitter: jitter ?? (objective.kind === 'cell' || side < 16 ? 0 : Math.max(1, Math.round(side / 28))),
    penalties: {
      totalVariation: penalties.totalVariation ?? usual.totalVariation,
      l2: penalties.l2 ?? usual.l2,
      blur: penalties.blur ?? usual.blur,
    },
  };
}

/**
 * Pixels that say nothing to a filter are to be calm, and grey. Without the total variation they flicker, without the
 * distance from grey they flow together in black and white patches.
 */
function usualPenalties({ kind }: Objective, side: number): Penalties {
  // A cell sees few pixels, and each counts.
  if (kind === 'cell') return { totalVariation: 0.05, l2: 0.5, blur: 0 };
  return side <= smallSide
    ? { totalVariation: 0.2, l2: 0.3, blur: 0 }
    : { totalVariation: 0.1, l2: 0.1, blur: 0 };
}

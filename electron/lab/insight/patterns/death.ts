import type { DeadEvidence } from '#shared/insight';
import type { Responses } from './responses';

export interface Signs {
  readonly channel: number;
  readonly activation: string | null;
  /** The objective from step to step. */
  readonly rise: Float32Array;
  /** From how many starts it ascended. */
  readonly starts: number;
  /** The highest cell of the pattern's map, before the activation. Asked for where it decides. */
  readonly highest: () => number;
  readonly responses: Responses | null;
}

/** Activations that let nothing at or below 0 through. */
const closing: ReadonlySet<string> = new Set(['relu', 'relu6', 'ReLU', 'ThresholdedReLU']);

/** Why a filter is dead by the images that it was shown alone; `null` where one of them passed its activation. */
export function silenceOf(
  channel: number,
  activation: string | null,
  { images, lowest, highest }: Responses,
): DeadEvidence | null {
  const top = highest[channel] as number;
  const shown = `of ${images.toLocaleString('en-US')} images`;
  if (lowest[channel] === top) {
    return { sentence: `Its response is ${format(top)} for every one ${shown}.`, images, highest: top };
  }
  if (activation === null || !closing.has(activation) || top > 0) return null;
  const sentence = `It lets nothing through: before the ${activation}, the best ${shown} reached ${format(top)}.`;
  return { sentence, images, highest: top };
}

/** Whether no step changed the response: the ascent had no gradient. */
export function isStuck(rise: Float32Array): boolean {
  return rise.every((value) => value === rise[0]);
}

/**
 * Why a filter is dead: nothing that it was shown, nor any step of the ascent, changed its response, or none of it came
 * through its activation. `null` for one that lives, and for one that nothing was shown but that ascends.
 */
export function deathOf({
  channel,
  activation,
  rise,
  starts,
  highest,
  responses,
}: Signs): DeadEvidence | null {
  const images = responses?.images ?? 0;
  const top = responses === null ? null : (responses.highest[channel] as number);
  const shown = responses === null ? 'it was shown no image' : `of ${images.toLocaleString('en-US')} images`;
  if (isStuck(rise)) {
    const constant = responses !== null && responses.lowest[channel] === top;
    const sentence =
      responses === null
        ? `No pixel changes its response (${format(highest())}) at any of ${starts} starts; ${shown}.`
        : constant
          ? `No pixel changes its response, which is ${format(top as number)} for every one ${shown}.`
          : `The ascent found no way up from any of ${starts} starts; the best ${shown} reached ${format(top as number)}.`;
    return { sentence, images, highest: top };
  }
  if (activation === null || !closing.has(activation) || top === null || top > 0) return null;
  const reached = highest();
  if (reached > 0) return null;
  return {
    sentence:
      `It lets nothing through: before the ${activation}, the best ${shown} reached ${format(top)}, ` +
      `and the ascent ${format(reached)}.`,
    images,
    highest: top,
  };
}

function format(value: number): string {
  return value.toPrecision(3);
}

import { Refusal } from '#shared/errors';
import type { ManifestWeight } from './manifest';

/** As much of a node as decides whether it is run. */
interface LimitedNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[] | null | undefined;
}

/** Operations that run others as often as values tell them to. */
const loops = /^(Enter|RefEnter|LoopCond|NextIteration|Exit|(Stateless)?While)$/;

/** Operations that make as many values as another input tells them to. */
const growing =
  /^(Fill|BroadcastTo|Tile|Pad|PadV2|MirrorPad|OneHot|Range|LinSpace|Reshape|Resize.*|Conv2DBackpropInput|SpaceToBatchND|RandomUniform|RandomStandardNormal|TruncatedNormal|StatelessRandom.*)$/;
const mostValues = 2 ** 26;

/**
 * Refuses a graph of strangers that might never end or take all memory: one with loops, or whose constants ask an
 * operation for more values than are computed here.
 */
export function checkGraphLimits(
  nodes: readonly LimitedNode[],
  weights: readonly ManifestWeight[],
  owner: string,
): void {
  const sizes = new Map(
    weights.filter(({ entry }) => entry.dtype === 'int32').map((weight) => [weight.name, weight] as const),
  );
  for (const { name, op, input } of nodes) {
    if (loops.test(op)) {
      throw new Refusal(`${owner}: the node ${name} (${op}) is part of a loop, whose end nobody can tell.`);
    }
    if (!growing.test(op)) continue;
    for (const source of input ?? []) {
      const asked = valuesAsked(sizes.get(source.replace(/:\d+$/, '')));
      if (asked > mostValues) {
        throw new Refusal(
          `${owner}: the node ${name} (${op}) asks for ${asked.toExponential(1)} values, more than are computed here.`,
        );
      }
    }
  }
}

/** The product of a list of sizes; what is not positive stands for sizes taken from elsewhere. */
function valuesAsked(weight: ManifestWeight | undefined): number {
  if (weight === undefined) return 0;
  return weight.read().reduce((product, size) => (size > 0 ? product * size : product), 1);
}

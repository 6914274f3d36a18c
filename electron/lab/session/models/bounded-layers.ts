import type { CardLayer } from '#shared/models';

/** What all layers read and how they are set takes no more room than this on its way to a window. */
const mostCharacters = 8_000_000;
/** What a list's entry takes beside its text. */
const around = 40;

/** A card's layers, and how many of them were too much. */
export interface BoundedLayers {
  readonly layers: readonly CardLayer[];
  readonly cut: number;
}

/** Leaves out how the last layers of huge networks are connected and set, so that a window can take the card. */
export function boundedLayers(layers: readonly CardLayer[]): BoundedLayers {
  let left = mostCharacters;
  let cut = 0;
  const bounded = layers.map((layer) => {
    left -= charactersOf(layer);
    if (left >= 0) return layer;
    cut++;
    return { ...layer, inputs: null, attributes: [], weights: [] };
  });
  return { layers: bounded, cut };
}

function charactersOf({ inputs, attributes, weights }: CardLayer): number {
  const read = (inputs ?? []).reduce((sum, name) => sum + name.length + around, 0);
  const set = attributes.reduce(
    (sum, { name, value }) => sum + name.length + String(value).length + around,
    0,
  );
  // Four statistics and a shape.
  return weights.reduce((sum, { name }) => sum + name.length + 4 * around, read + set);
}

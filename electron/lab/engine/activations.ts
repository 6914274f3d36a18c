import type { LayerActivation } from '#shared/frames';
import { volumeOf, type ImageShape } from '#shared/images';
import type { NamedTensor } from '#shared/tensors';
import type { NetworkActivations } from './training-step';

/** The input, in [0, 1], and every layer's output for one image, without the batch dimension. */
export function networkActivations(
  pixels: Uint8Array,
  shape: ImageShape,
  outputs: readonly NamedTensor[],
): NetworkActivations {
  const input = Float32Array.from(pixels, (value) => value / 255);
  return {
    layers: [{ name: 'input', shape, values: input }, ...outputs.map(asVolume)],
    output: outputs.at(-1)?.values ?? new Float32Array(),
  };
}

function asVolume({ name, shape, values }: NamedTensor): LayerActivation {
  return { name, shape: volumeOf(shape), values };
}

import type { LayerActivation } from '#shared/frames';
import type { ImageShape } from '#shared/images';
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

/** Maps keep their height, width and channels; vectors become volumes of 1 x 1 x units. */
function asVolume({ name, shape, values }: NamedTensor): LayerActivation {
  const [height = 1, width = 1, channels = 1] = shape.length === 3 ? shape : [1, 1, values.length];
  return { name, shape: [height, width, channels], values };
}

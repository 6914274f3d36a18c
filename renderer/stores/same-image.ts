import { layerSize, type Frame } from '#shared/frames';

/** Whether two frames are of one image: their first layer is the image itself. */
export function showSameImage(one: Frame, other: Frame): boolean {
  const [input, otherInput] = [one.layers[0], other.layers[0]];
  if (input === undefined || otherInput === undefined) return false;
  const size = layerSize(input);
  if (size !== layerSize(otherInput) || input.scale !== otherInput.scale) return false;
  for (let i = 0; i < size; i++) {
    if (one.codes[input.start + i] !== other.codes[otherInput.start + i]) return false;
  }
  return true;
}

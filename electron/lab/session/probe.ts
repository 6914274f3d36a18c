import type { ProbeChoice } from '#shared/api';
import { Refusal } from '#shared/errors';
import type { ProbeSource } from '#shared/frames';
import { imageSize, type ImageSet } from '#shared/images';
import { centreDrawing } from '../data/drawing';

/** The image that the network is shown. */
export interface Probe {
  readonly source: ProbeSource;
  readonly pixels: Uint8Array;
}

/** Makes the chosen image fit the network: test images as they are, drawings centred as MNIST's digits are. */
export function openProbe(choice: ProbeChoice, test: ImageSet): Probe {
  switch (choice.kind) {
    case 'sample': {
      const { index } = choice;
      if (index >= test.count) {
        throw new Refusal(`There is no test image ${index}: the set has ${test.count}, counted from 0.`);
      }
      const size = imageSize(test.shape);
      return {
        source: { kind: 'sample', index, label: test.labels[index] as number },
        pixels: test.pixels.subarray(index * size, (index + 1) * size),
      };
    }
    case 'drawing':
      return {
        source: { kind: 'drawing' },
        pixels: centreDrawing(choice.pixels, choice.side, test.shape),
      };
  }
}

/** A choice that any set of images can answer. */
export const firstSample: ProbeChoice = { kind: 'sample', index: 0 };

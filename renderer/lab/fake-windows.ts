/** The windows of the simulated networks' layers, which pad nothing. */
import type { LayerWindow } from '#shared/summary';
import type { LayerSpec } from '#shared/spec';

export function windowOfFake(spec: LayerSpec | undefined): LayerWindow | null {
  switch (spec?.kind) {
    case 'conv2d':
      return window(spec.kernelSize, spec.strides, false);
    case 'maxPooling2d':
    case 'averagePooling2d':
      return window(spec.poolSize, spec.strides ?? spec.poolSize, true);
    default:
      return null;
  }
}

type Sides = number | readonly [number, number];

function window(size: Sides, strides: Sides, perChannel: boolean): LayerWindow {
  return { size: pair(size), strides: pair(strides), padding: [0, 0], perChannel };
}

function pair(sides: Sides): readonly [number, number] {
  return typeof sides === 'number' ? [sides, sides] : sides;
}

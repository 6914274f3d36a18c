/** The colours of the stage in the two themes. */
import { Color, DataTexture, FloatType, RGBAFormat } from 'three';
import { colourMapBytes, divergingZero, type ColourMapKind, type Theme } from '#shared/colour-maps';
import type { LineColours } from './lines';

/** How what is drawn covers what lies behind it: slices of a volume let through, a panel hardly. */
export type Cover = 'slices' | 'panel';

export interface Look extends LineColours {
  /** 256 premultiplied colours, one a code. */
  readonly maps: Record<Cover, Record<ColourMapKind, DataTexture>>;
  /** Of texts and bars. */
  readonly ink: Color;
}

export function makeLook(theme: Theme): Look {
  const pair = (cover: (strength: number) => number) => ({
    sequential: mapTexture('sequential', theme, cover),
    diverging: mapTexture('diverging', theme, cover),
  });
  /** How much an empty cell covers. */
  const haze = theme === 'dark' ? 0.05 : 0.04;
  const maps = {
    slices: pair((strength) => mix(haze, 0.97, smoothstep(0.01, 0.45, strength))),
    panel: pair((strength) => mix(0.55, 1, smoothstep(0, 0.4, strength))),
  };
  return theme === 'dark'
    ? {
        maps,
        ink: raw(0xdfe4ec),
        box: new Color(0x59616e),
        accent: new Color(0x62a0ff),
        thread: new Color(0x3d434d),
      }
    : {
        maps,
        ink: raw(0x2a2f38),
        box: new Color(0xaab0ba),
        accent: new Color(0x0a5fd0),
        thread: new Color(0xc6cbd3),
      };
}

export function disposeLook({ maps }: Look): void {
  for (const { sequential, diverging } of Object.values(maps)) {
    sequential.dispose();
    diverging.dispose();
  }
}

/** `cover` says how opaque a cell is by its strength: 0 for zero, 1 for the end of the scale. */
function mapTexture(kind: ColourMapKind, theme: Theme, cover: (strength: number) => number): DataTexture {
  const bytes = colourMapBytes(kind, theme);
  const colours = new Float32Array(256 * 4);
  for (let code = 0; code < 256; code++) {
    const strength =
      kind === 'diverging' ? Math.min(1, Math.abs(code - divergingZero) / divergingZero) : code / 255;
    const alpha = cover(strength);
    for (let i = 0; i < 3; i++) colours[code * 4 + i] = ((bytes[code * 4 + i] as number) / 255) * alpha;
    colours[code * 4 + 3] = alpha;
  }
  const map = new DataTexture(colours, 256, 1, RGBAFormat, FloatType);
  map.needsUpdate = true;
  return map;
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function smoothstep(from: number, to: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** A colour for our own shaders, which write what they are given: without three's conversion to linear light. */
function raw(hex: number): Color {
  return new Color().setRGB((hex >> 16) / 255, ((hex >> 8) & 255) / 255, (hex & 255) / 255);
}

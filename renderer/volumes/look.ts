/** The colours of the stage in the two themes. */
import { Color, DataTexture, RGBAFormat } from 'three';
import { colourMapBytes, type ColourMapKind, type Theme } from '#shared/colour-maps';
import type { LineColours } from './lines';

export interface Look extends LineColours {
  readonly maps: Record<ColourMapKind, DataTexture>;
  /** Of texts and bars. */
  readonly ink: Color;
  /** How much an empty cell covers. */
  readonly haze: number;
}

export function makeLook(theme: Theme): Look {
  const texture = (kind: ColourMapKind) => {
    const map = new DataTexture(colourMapBytes(kind, theme), 256, 1, RGBAFormat);
    map.needsUpdate = true;
    return map;
  };
  const maps = { sequential: texture('sequential'), diverging: texture('diverging') };
  return theme === 'dark'
    ? {
        maps,
        ink: raw(0xdfe4ec),
        haze: 0.05,
        box: new Color(0x59616e),
        accent: new Color(0x62a0ff),
        thread: new Color(0x3d434d),
      }
    : {
        maps,
        ink: raw(0x2a2f38),
        haze: 0.04,
        box: new Color(0xaab0ba),
        accent: new Color(0x0a5fd0),
        thread: new Color(0xc6cbd3),
      };
}

/** A colour for our own shaders, which write what they are given: without three's conversion to linear light. */
function raw(hex: number): Color {
  return new Color().setRGB((hex >> 16) / 255, ((hex >> 8) & 255) / 255, (hex & 255) / 255);
}

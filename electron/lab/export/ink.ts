import type { Theme } from '#shared/colour-maps';
import type { Rgb } from './raster';

/** What is drawn around pictures. */
export interface Ink {
  /** Unlike the zero of both colour maps, so that the edges of dark pictures are seen. */
  readonly ground: Rgb;
  readonly strong: Rgb;
  readonly quiet: Rgb;
}

const inks: Readonly<Record<Theme, Ink>> = {
  dark: { ground: [44, 48, 56], strong: [236, 240, 246], quiet: [168, 176, 188] },
  light: { ground: [228, 231, 236], strong: [24, 28, 34], quiet: [84, 92, 104] },
};

export function inkOf(theme: Theme): Ink {
  return inks[theme];
}

/** `#rrggbb`. */
export function hexColour(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

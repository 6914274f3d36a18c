/**
 * The two colour maps of the laboratory, for the stage, flat grids and legends. They are drawn in OKLCH (Björn
 * Ottosson, "A perceptual color space for image processing", 2020): lightness runs in a straight line, so that
 * equal steps of a value look like equal steps, and zero lies at the background's end of it.
 */
export type Theme = 'dark' | 'light';
export type ColourMapKind = 'sequential' | 'diverging';

/** Codes of signed layers run from 0 to 254 with zero here (frames.ts). */
export const divergingZero = 127;

/** A point of a map: position 0 to 1, OKLCH chroma, hue in degrees. */
type Stop = readonly [at: number, chroma: number, hue: number];

interface Ramp {
  /** OKLCH lightness at zero and at the end. */
  readonly lightness: readonly [number, number];
  readonly stops: readonly Stop[];
}

interface Maps {
  readonly sequential: Ramp;
  readonly negative: Ramp;
  readonly positive: Ramp;
}

const maps: Record<Theme, Maps> = {
  dark: {
    sequential: {
      lightness: [0.175, 0.94],
      stops: [
        [0, 0.012, 280],
        [0.14, 0.1, 288],
        [0.35, 0.12, 258],
        [0.55, 0.11, 200],
        [0.75, 0.17, 150],
        [1, 0.18, 106],
      ],
    },
    negative: {
      lightness: [0.175, 0.86],
      stops: [
        [0, 0, 265],
        [0.4, 0.15, 265],
        [1, 0.11, 215],
      ],
    },
    positive: {
      lightness: [0.175, 0.88],
      stops: [
        [0, 0, 35],
        [0.4, 0.14, 35],
        [1, 0.14, 80],
      ],
    },
  },
  light: {
    sequential: {
      lightness: [0.98, 0.27],
      stops: [
        [0, 0.004, 180],
        [0.3, 0.09, 185],
        [0.6, 0.12, 235],
        [1, 0.15, 285],
      ],
    },
    negative: {
      lightness: [0.98, 0.36],
      stops: [
        [0, 0, 240],
        [0.6, 0.14, 250],
        [1, 0.15, 268],
      ],
    },
    positive: {
      lightness: [0.98, 0.4],
      stops: [
        [0, 0, 60],
        [0.6, 0.15, 50],
        [1, 0.14, 30],
      ],
    },
  },
};

const made = new Map<string, Uint8Array<ArrayBuffer>>();

/**
 * 256 opaque RGBA colours, one a code. Sequential: code 0 is zero. Diverging: code 127 is zero and without hue,
 * 0 and 254 are the ends.
 */
export function colourMapBytes(kind: ColourMapKind, theme: Theme): Uint8Array<ArrayBuffer> {
  const key = `${kind} ${theme}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(256 * 4);
  for (let code = 0; code < 256; code++) bytes.set(colourOf(kind, theme, code), code * 4);
  made.set(key, bytes);
  return bytes;
}

/** Layers with negative values are coded with a negative offset (frames.ts). */
export function colourMapOf(layer: { readonly offset: number }): ColourMapKind {
  return layer.offset < 0 ? 'diverging' : 'sequential';
}

/** The values at the two ends of a layer's colour scale; a signed layer's scale is symmetric. */
export function scaleEnds(layer: { readonly offset: number; readonly scale: number }): [number, number] {
  return layer.offset < 0 ? [layer.offset, -layer.offset] : [0, layer.scale * 255];
}

/** The map as a CSS gradient from its low to its high end, for legends. */
export function colourMapGradient(kind: ColourMapKind, theme: Theme): string {
  const bytes = colourMapBytes(kind, theme);
  const highest = kind === 'diverging' ? 2 * divergingZero : 255;
  const stops = Array.from({ length: 17 }, (_, i) => {
    const at = Math.round((i / 16) * highest) * 4;
    return `rgb(${bytes.subarray(at, at + 3).join(' ')})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

function colourOf(kind: ColourMapKind, theme: Theme, code: number): [number, number, number, number] {
  const { sequential, negative, positive } = maps[theme];
  if (kind === 'sequential') return rampColour(sequential, code / 255);
  const signed = Math.min(1, (code - divergingZero) / divergingZero);
  return rampColour(signed < 0 ? negative : positive, Math.abs(signed));
}

function rampColour({ lightness: [from, to], stops }: Ramp, at: number): [number, number, number, number] {
  const next = Math.max(
    1,
    stops.findIndex(([position]) => position >= at),
  );
  const [p0, c0, h0] = stops[next - 1] as Stop;
  const [p1, c1, h1] = stops[next] as Stop;
  const t = (at - p0) / (p1 - p0);
  return [...oklchToBytes(from + (to - from) * at, c0 + (c1 - c0) * t, h0 + (h1 - h0) * t), 255];
}

/** The nearest colour of this lightness and hue that a screen can show: chroma gives way. */
function oklchToBytes(lightness: number, chroma: number, hue: number): [number, number, number] {
  let shown = chroma;
  let rgb = oklchToLinear(lightness, shown, hue);
  while (shown > 0 && rgb.some((channel) => channel < -1e-4 || channel > 1.0001)) {
    shown = Math.max(0, shown - 0.002);
    rgb = oklchToLinear(lightness, shown, hue);
  }
  return rgb.map((channel) => Math.round(255 * gamma(Math.min(1, Math.max(0, channel))))) as [
    number,
    number,
    number,
  ];
}

/** Matrices as published by Ottosson. */
function oklchToLinear(lightness: number, chroma: number, hue: number): [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function gamma(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

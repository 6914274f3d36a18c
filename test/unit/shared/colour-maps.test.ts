import { describe, expect, it } from 'vitest';
import {
  colourMapBytes,
  colourMapGradient,
  colourMapOf,
  divergingZero,
  scaleEnds,
  type ColourMapKind,
  type Theme,
} from '#shared/colour-maps';

/** Lightness L* of CIE 1976 from sRGB (IEC 61966-2-1), independent of the space the maps are made in. */
function lightness(bytes: Uint8Array, code: number): number {
  const [red = 0, green = 0, blue = 0] = Array.from(bytes.subarray(code * 4, code * 4 + 3), (byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return y <= 216 / 24_389 ? (y * 24_389) / 27 : 116 * Math.cbrt(y) - 16;
}

function saturation(bytes: Uint8Array, code: number): number {
  const channels = Array.from(bytes.subarray(code * 4, code * 4 + 3));
  return Math.max(...channels) - Math.min(...channels);
}

const themes: Theme[] = ['dark', 'light'];
const kinds: ColourMapKind[] = ['sequential', 'diverging'];

describe.each(themes)('the colour maps on %s', (theme) => {
  const away = theme === 'dark' ? 1 : -1;

  it('move away from the background with every step of a value', () => {
    const bytes = colourMapBytes('sequential', theme);
    for (let code = 4; code < 256; code++) {
      // Rounding to bytes may stop the climb for a step, never for four.
      expect(away * (lightness(bytes, code) - lightness(bytes, code - 4))).toBeGreaterThan(0);
    }
  });

  it('spread lightness evenly: no part of the scale hides a difference', () => {
    const bytes = colourMapBytes('sequential', theme);
    const total = Math.abs(lightness(bytes, 255) - lightness(bytes, 0));
    expect(total).toBeGreaterThan(60);
    for (let code = 0; code < 224; code += 32) {
      const part = Math.abs(lightness(bytes, code + 32) - lightness(bytes, code));
      expect(part / total).toBeGreaterThan(0.08);
      expect(part / total).toBeLessThan(0.18);
    }
  });

  it('have a zero without hue that lies at the background', () => {
    const zero = lightness(colourMapBytes('sequential', theme), 0);
    const neutral = lightness(colourMapBytes('diverging', theme), divergingZero);
    expect(saturation(colourMapBytes('diverging', theme), divergingZero)).toBeLessThanOrEqual(2);
    for (const value of [zero, neutral]) {
      if (theme === 'dark') expect(value).toBeLessThan(10);
      else expect(value).toBeGreaterThan(95);
    }
  });

  it('leave zero alike on both sides, with hues that differ', () => {
    const bytes = colourMapBytes('diverging', theme);
    for (const distance of [30, 60, 90, 127]) {
      const [negative, positive] = [divergingZero - distance, divergingZero + distance];
      const difference = Math.abs(lightness(bytes, negative) - lightness(bytes, positive));
      expect(difference).toBeLessThan(8);
      // Red exceeds blue on the positive side and the reverse on the negative one, also for those who see no green.
      expect(bytes[positive * 4] as number).toBeGreaterThan(bytes[positive * 4 + 2] as number);
      expect(bytes[negative * 4] as number).toBeLessThan(bytes[negative * 4 + 2] as number);
    }
  });

  it.each(kinds)('are opaque (%s)', (kind) => {
    const bytes = colourMapBytes(kind, theme);
    expect(bytes).toHaveLength(1024);
    expect(bytes.every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
    expect(colourMapGradient(kind, theme)).toMatch(/^linear-gradient\(to right, rgb\(\d+ \d+ \d+\)/);
  });
});

describe('the scale of a layer', () => {
  it('starts at zero without negative values and is symmetric with them', () => {
    const plain = { offset: 0, scale: 2 / 255 };
    const signed = { offset: -3, scale: 3 / 127 };
    expect(colourMapOf(plain)).toBe('sequential');
    expect(scaleEnds(plain)[1]).toBeCloseTo(2);
    expect(colourMapOf(signed)).toBe('diverging');
    expect(scaleEnds(signed)).toEqual([-3, 3]);
  });
});

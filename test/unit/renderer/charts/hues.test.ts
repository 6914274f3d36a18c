import { describe, expect, it } from 'vitest';
import { looks } from '../../../../renderer/charts/appearance';
import { hues, runHues } from '../../../../renderer/charts/hues';

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Lightness, green to red, blue to yellow in OKLab (Ottosson 2020), where distances are about as far as they look. */
function oklab(hex: string): readonly number[] {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function apart(a: string, b: string): number {
  const [first, second] = [oklab(a), oklab(b)];
  return Math.hypot(...first.map((value, axis) => value - (second[axis] ?? 0)));
}

describe.each(['dark', 'light'] as const)('the charts on %s', (theme) => {
  const { surface, text } = looks[theme];

  it('have curves that stand out from the panel (WCAG 1.4.11)', () => {
    expect(contrast(hues[theme].training, surface)).toBeGreaterThanOrEqual(3);
    expect(contrast(hues[theme].validation, surface)).toBeGreaterThanOrEqual(3);
  });

  it('give eight runs a hue each that stands out, and that is no other one nor that of training or validation', () => {
    const runs = runHues[theme];
    expect(runs).toHaveLength(8);
    for (const [place, hue] of runs.entries()) {
      expect(contrast(hue, surface)).toBeGreaterThanOrEqual(3);
      for (const other of [...runs.slice(0, place), hues[theme].training, hues[theme].validation])
        expect(apart(hue, other)).toBeGreaterThan(0.1);
    }
  });

  it('have figures that can be read (WCAG 1.4.3)', () => {
    expect(contrast(text, surface)).toBeGreaterThanOrEqual(4.5);
  });
});

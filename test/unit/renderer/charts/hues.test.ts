import { describe, expect, it } from 'vitest';
import { looks } from '../../../../renderer/charts/appearance';
import { hues } from '../../../../renderer/charts/hues';

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

describe.each(['dark', 'light'] as const)('the charts on %s', (theme) => {
  const { surface, text } = looks[theme];

  it('have curves that stand out from the panel (WCAG 1.4.11)', () => {
    expect(contrast(hues[theme].training, surface)).toBeGreaterThanOrEqual(3);
    expect(contrast(hues[theme].validation, surface)).toBeGreaterThanOrEqual(3);
  });

  it('have figures that can be read (WCAG 1.4.3)', () => {
    expect(contrast(text, surface)).toBeGreaterThanOrEqual(4.5);
  });
});

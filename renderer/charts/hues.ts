/** The colours of training and validation, which keep their meaning everywhere in the window. */
export interface Hues {
  readonly training: string;
  readonly validation: string;
}

export const hues: Record<'dark' | 'light', Hues> = {
  dark: { training: '#5ea3f7', validation: '#f2a24b' },
  light: { training: '#1c66c4', validation: '#b85a05' },
};

/**
 * What tells runs apart that are drawn over each other: none is near the two above, nor near another one, which holds
 * for the colour-blind too because lightness differs with the hue.
 */
export const runHues: Record<'dark' | 'light', readonly [string, ...string[]]> = {
  dark: ['#62e99e', '#d39ef3', '#ebe61b', '#8769d5', '#b36670', '#c4e2fe', '#4eab21', '#84afa2'],
  light: ['#0c8a58', '#b53fd6', '#857100', '#4a2aa8', '#9c1f47', '#2c5266', '#1f4500', '#7a8f88'],
};

/** The colour of the run in a place of the comparison, counted from 0. */
export function runHue(theme: 'dark' | 'light', place: number): string {
  const list = runHues[theme];
  return list[place % list.length] ?? list[0];
}

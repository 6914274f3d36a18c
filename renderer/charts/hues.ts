/** The colours of training and validation, which keep their meaning everywhere in the window. */
export interface Hues {
  readonly training: string;
  readonly validation: string;
}

export const hues: Record<'dark' | 'light', Hues> = {
  dark: { training: '#5ea3f7', validation: '#f2a24b' },
  light: { training: '#1c66c4', validation: '#b85a05' },
};

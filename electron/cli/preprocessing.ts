import { usualPreprocessing, type Preprocessing } from '#shared/spec';
import type { OpenedModel } from '../lab/model/opened-model';
import { say } from './terminal';

export const ranges = ['auto', '0..1', '-1..1', '0..255'] as const;
export type WantedRange = (typeof ranges)[number];

/** What pixels become: the range that a person named, else what the file says, else 0 to 1, which is then told. */
export function preprocessingOf(wanted: WantedRange, { preprocessing }: OpenedModel): Preprocessing {
  switch (wanted) {
    case '0..1':
      return { ...usualPreprocessing, range: [0, 1] };
    case '-1..1':
      return { ...usualPreprocessing, range: [-1, 1] };
    case '0..255':
      return { ...usualPreprocessing, range: [0, 255] };
    case 'auto':
      if (preprocessing !== null) return preprocessing;
      say('The file does not say how pixels are scaled: taking 0..1; name another with --preprocess.');
      return usualPreprocessing;
  }
}

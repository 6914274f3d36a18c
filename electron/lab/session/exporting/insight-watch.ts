import type { OpeningWatch } from '../../data/data-set';
import type { InsightWatch } from '../../insight/watch';

/** Follows a part of the work for who follows all of it. */
export function insightWatch({ report, signal }: OpeningWatch, from = 0, share = 1): InsightWatch {
  return {
    signal,
    report: (label, fraction) => {
      report({ label, fraction: from + fraction * share });
    },
  };
}

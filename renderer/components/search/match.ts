/** What can be found: a thing of the window by its name, and what happens when it is chosen. */
export interface Finding {
  /** What kind of thing it is, as the list groups them. */
  readonly kind: 'View' | 'Layer' | 'Filter' | 'Test image' | 'Run' | 'Model' | 'Action';
  readonly title: string;
  /** More to find it by, and to tell it from others. */
  readonly note: string;
  go(): void;
}

/** How many are shown. */
const most = 50;

/**
 * Those in which every word of the query is found, the best first: those whose title begins with it, then those with
 * words that begin with its words, then the others, each in their given order. An empty query finds all.
 */
export function matching(findings: readonly Finding[], query: string): readonly Finding[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const whole = words.join(' ');
  const ranked = findings.flatMap((finding, order) => {
    const rank = rankOf(finding, words, whole);
    return rank === null ? [] : [{ finding, rank, order }];
  });
  return ranked
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, most)
    .map(({ finding }) => finding);
}

/** Lower is better; `null` where a word is missing. */
function rankOf({ kind, title, note }: Finding, words: readonly string[], whole: string): number | null {
  const name = title.toLowerCase();
  const all = `${name} ${note.toLowerCase()} ${kind.toLowerCase()}`;
  if (!words.every((word) => all.includes(word))) return null;
  if (name === whole) return 0;
  if (name.startsWith(whole)) return 1;
  const starts = all.split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 2 : 3;
}

/** What runs came to, measure by measure, in the words of the table of runs; the best of each is named. */
import type { EpochMetrics } from '#shared/api';
import { count, duration, loss, percent } from '../numbers';

export interface RunOutcome {
  /** `null` for a run that has not ended, and one that diverged. */
  readonly testAccuracy: number | null;
  readonly testLoss: number | null;
  readonly parameters: number | null;
  /** Of the whole run; `null` while it is trained. */
  readonly imagesPerSecond: number | null;
  readonly epochs: readonly EpochMetrics[];
}

export interface Measure {
  readonly label: string;
  /** One for each run; a dash where there is none. */
  readonly values: readonly string[];
  /** Which of them are best; none where nothing is better than another. */
  readonly best: readonly boolean[];
}

type Better = 'higher' | 'lower' | null;

export function runResults(runs: readonly RunOutcome[]): readonly Measure[] {
  const measures: readonly {
    readonly label: string;
    readonly better: Better;
    value(run: RunOutcome): number | null;
    written(value: number): string;
  }[] = [
    { label: 'Test accuracy', better: 'higher', value: (run) => run.testAccuracy, written: percent },
    { label: 'Test loss', better: 'lower', value: (run) => run.testLoss, written: loss },
    {
      label: 'Best validation accuracy',
      better: 'higher',
      value: ({ epochs }) => extreme(epochs, (epoch) => epoch.validationAccuracy, 'higher'),
      written: percent,
    },
    {
      label: 'Least validation loss',
      better: 'lower',
      value: ({ epochs }) => extreme(epochs, (epoch) => epoch.validationLoss, 'lower'),
      written: loss,
    },
    { label: 'Parameters', better: null, value: (run) => run.parameters, written: count },
    {
      label: 'Speed',
      better: 'higher',
      value: ({ imagesPerSecond, epochs }) => imagesPerSecond ?? epochs.at(-1)?.imagesPerSecond ?? null,
      written: (value) => `${count(value)} images/s`,
    },
    {
      label: 'Time of training',
      better: 'lower',
      value: ({ epochs }) =>
        epochs.length === 0 ? null : epochs.reduce((sum, { seconds }) => sum + seconds, 0),
      written: (value) => `${duration(value)} min`,
    },
  ];
  return measures.map(({ label, better, value, written }) => {
    const values = runs.map(value);
    const texts = values.map((known) => (known === null ? '–' : written(known)));
    return { label, values: texts, best: bestOf(values, texts, better) };
  });
}

function extreme(
  epochs: readonly EpochMetrics[],
  value: (epoch: EpochMetrics) => number | null,
  better: 'higher' | 'lower',
): number | null {
  const known = epochs.map(value).filter((found) => found !== null && Number.isFinite(found)) as number[];
  if (known.length === 0) return null;
  return better === 'higher' ? Math.max(...known) : Math.min(...known);
}

/** Those that are written as the best is: what cannot be told apart is equally good. */
function bestOf(
  values: readonly (number | null)[],
  texts: readonly string[],
  better: Better,
): readonly boolean[] {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const best = better === 'lower' ? Math.min(...known) : Math.max(...known);
  const text = texts[values.indexOf(best)];
  const marked = texts.map((other) => other === text);
  const others = values.some((value, index) => value !== null && marked[index] === false);
  return better !== null && text !== undefined && others ? marked : marked.map(() => false);
}

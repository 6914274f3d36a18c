import { randomStream } from '../digits/random';
import { derivedSeed } from '#shared/random';

/** Something of a class. */
interface Labelled {
  readonly label: string;
}

/**
 * Parts off a share of every class, the same for the same seed and the same things in the same order. A class of two
 * or more gives at least one and keeps at least one, unless the share is 1.
 */
export function partOff<T extends Labelled>(
  all: readonly T[],
  share: number,
  seed: number,
): { readonly kept: readonly T[]; readonly partedOff: readonly T[] } {
  const kept: T[] = [];
  const partedOff: T[] = [];
  for (const members of shuffledClasses(all, seed)) {
    const wanted = Math.round(members.length * share);
    const count = share === 1 ? members.length : Math.min(Math.max(wanted, 1), members.length - 1);
    partedOff.push(...members.slice(0, count));
    kept.push(...members.slice(count));
  }
  return { kept, partedOff };
}

/**
 * An order in which every stretch holds the classes in the proportions of the whole, so that the first thousand are a
 * fair sample and the last part can be held back for validation.
 */
export function interleaved<T extends Labelled>(all: readonly T[], seed: number): readonly T[] {
  const random = randomStream(derivedSeed(seed, 1));
  return shuffledClasses(all, seed)
    .flatMap((members) =>
      members.map((member, index) => ({ member, at: (index + random.uniform()) / members.length })),
    )
    .sort((a, b) => a.at - b.at)
    .map(({ member }) => member);
}

/** Each class shuffled by itself (Fisher and Yates): what happens to one does not change another. */
function shuffledClasses<T extends Labelled>(all: readonly T[], seed: number): readonly (readonly T[])[] {
  const classes = new Map<string, T[]>();
  for (const one of all) {
    const members = classes.get(one.label);
    if (members === undefined) classes.set(one.label, [one]);
    else members.push(one);
  }
  return [...classes.values()].map((members, index) => {
    const random = randomStream(derivedSeed(seed, 0, index));
    for (let last = members.length - 1; last > 0; last--) {
      const other = random.integer(last + 1);
      [members[last], members[other]] = [members[other] as T, members[last] as T];
    }
    return members;
  });
}

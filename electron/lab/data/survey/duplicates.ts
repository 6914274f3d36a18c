import { splitNames, type DuplicateGroup, type Duplicates, type ImagePlace } from '#shared/data-survey';
import { randomStream } from '../digits/random';
import {
  cellMapOf,
  describeImage,
  differenceOf,
  features,
  hashOf,
  statisticsOf,
  type CellMap,
} from './describe-images';
import type { Pace } from './pace';
import { imageAt, splitOf, type SurveyedData } from './splits';

/**
 * Images count as nearly the same when they differ, in the root of the mean square, by at most this share of their own
 * contrast: what another JPEG quality or a slight change of brightness does, and another picture does not.
 */
const nearShare = 1 / 8;
/** Images with less contrast, in grey levels, are all alike. */
const leastContrast = 4;
/** Images are compared where they fall into one box of any of so many grids over some of their features. */
const grids = 16;
const featuresPerGrid = 9;
/** The boxes' width as a share of the mean contrast; like images differ by a fraction of that in slow waves. */
const boxShare = 1 / 12;
const mostComparisons = 100_000_000;
const mostGroups = 300;
const mostMembers = 24;

interface Place extends ImagePlace {
  readonly pixels: Uint8Array;
}

/** Finds equal and nearly equal images within and across splits. */
export async function findDuplicates(data: SurveyedData, pace: Pace): Promise<Duplicates> {
  const places = placesOf(data);
  const exact = await exactGroups(places, pace);
  const repeats = new Set(exact.flatMap((group) => group.slice(1)));
  const single = places.map((_, index) => index).filter((index) => !repeats.has(index));
  const near = await nearGroups(places, single, cellMapOf(data.test.shape), pace);
  const twins = new Map(exact.map((group) => [group[0] as number, group]));
  // What is equal to one of nearly equal images belongs to them too.
  const nearly = near.groups.map((group) => group.flatMap((index) => twins.get(index) ?? [index]));
  const swallowed = new Set(near.groups.flat());
  const groups = [
    ...exact
      .filter((group) => !swallowed.has(group[0] as number))
      .map((group) => groupOf('exact', group, places)),
    ...nearly.map((group) => groupOf('near', group, places)),
  ];
  const leaked = [...exact, ...nearly].map((group) => group.map((index) => places[index] as Place));
  return {
    groups: groups.sort((a, b) => weightOf(b) - weightOf(a)).slice(0, mostGroups),
    exactGroups: groups.filter(({ kind }) => kind === 'exact').length,
    nearGroups: groups.filter(({ kind }) => kind === 'near').length,
    leaked: leakedImages(leaked),
    complete: near.complete,
  };
}

function placesOf(data: SurveyedData): readonly Place[] {
  return splitNames.flatMap((split) => {
    const images = splitOf(data, split);
    if (images === null) return [];
    return Array.from({ length: images.count }, (_, index) => ({
      split,
      index,
      label: images.labels[index] as number,
      pixels: imageAt(images, index),
    }));
  });
}

async function exactGroups(places: readonly Place[], pace: Pace): Promise<readonly (readonly number[])[]> {
  const buckets = new Map<number, number[][]>();
  for (const [index, { pixels }] of places.entries()) {
    if (pace.due) await pace.rest();
    const hash = hashOf(pixels);
    const bucket = buckets.get(hash);
    if (bucket === undefined) {
      buckets.set(hash, [[index]]);
      continue;
    }
    const equal = bucket.find(
      ([first]) => Buffer.compare((places[first as number] as Place).pixels, pixels) === 0,
    );
    if (equal === undefined) bucket.push([index]);
    else equal.push(index);
  }
  return [...buckets.values()].flat().filter(({ length }) => length > 1);
}

/** Groups of places, joined pair by pair (union-find). */
class Joins {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, index) => index);
  }

  root(index: number): number {
    let at = index;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at] as number] as number;
      at = this.#parent[at] as number;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [one, other] = [this.root(a), this.root(b)];
    this.#parent[Math.max(one, other)] = Math.min(one, other);
  }

  groups(): readonly (readonly number[])[] {
    const groups = new Map<number, number[]>();
    this.#parent.forEach((_, index) => {
      const root = this.root(index);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [index]);
      else group.push(index);
    });
    return [...groups.values()].filter(({ length }) => length > 1);
  }
}

/** Descriptions of the images that have contrast. */
interface Described {
  /** Places of the images. */
  readonly order: readonly number[];
  readonly values: Float32Array;
  readonly contrasts: readonly number[];
}

/**
 * Nearly equal images among `single`, found by hashing into randomly shifted grids (Datar et al. 2004): of two images
 * whose slow waves differ by a grey level or less, 19 in 20 meet in some box, while others hardly do.
 */
async function nearGroups(
  places: readonly Place[],
  single: readonly number[],
  cellMap: CellMap,
  pace: Pace,
): Promise<{ readonly groups: readonly (readonly number[])[]; readonly complete: boolean }> {
  const described = await describe(places, single, cellMap, pace);
  const { order, values, contrasts } = described;
  const joins = new Joins(order.length);
  let left = mostComparisons;
  const compare = (a: number, b: number): void => {
    left--;
    const most = (nearShare * Math.min(contrasts[a] as number, contrasts[b] as number)) ** 2;
    if (!alike(values, a, b, most / 2) || joins.root(a) === joins.root(b)) return;
    const [one, other] = [places[order[a] as number] as Place, places[order[b] as number] as Place];
    if (differenceOf(one.pixels, other.pixels, most) <= most) joins.join(a, b);
  };
  for (let grid = 0; grid < grids; grid++) {
    for (const box of (await boxesOf(described, grid, pace)).values()) {
      for (let i = 1; i < box.length && left > 0; i++) {
        for (let j = 0; j < i && left > 0; j++) compare(box[j] as number, box[i] as number);
        if (pace.due) await pace.rest();
      }
    }
  }
  const groups = joins.groups().map((group) => group.map((at) => order[at] as number));
  return { groups, complete: left > 0 };
}

/** Whether slow waves alone do not tell two images apart: they hold a small part of what like images differ by. */
function alike(values: Float32Array, a: number, b: number, most: number): boolean {
  let sum = 0;
  for (let feature = 0; feature < features; feature++) {
    const difference =
      (values[a * features + feature] as number) - (values[b * features + feature] as number);
    sum += difference * difference;
    if (sum > most) return false;
  }
  return true;
}

/** Images by the box of one grid that they lie in. */
async function boxesOf(
  { values, contrasts }: Described,
  grid: number,
  pace: Pace,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const random = randomStream(grid + 1);
  const width = (boxShare * contrasts.reduce((sum, contrast) => sum + contrast, 0)) / contrasts.length;
  const axes = Array.from({ length: features }, (_, feature) => ({ feature, order: random.uniform() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, featuresPerGrid)
    .map(({ feature }) => ({ feature, offset: random.uniform() }));
  const boxes = new Map<number, number[]>();
  for (let at = 0; at < contrasts.length; at++) {
    if (pace.due) await pace.rest();
    let hash = 0x811c9dc5;
    for (const { feature, offset } of axes) {
      const step = Math.floor((values[at * features + feature] as number) / width + offset);
      hash = Math.imul(hash ^ step, 0x01000193);
    }
    const box = boxes.get(hash);
    if (box === undefined) boxes.set(hash, [at]);
    else box.push(at);
  }
  return boxes;
}

async function describe(
  places: readonly Place[],
  single: readonly number[],
  cellMap: CellMap,
  pace: Pace,
): Promise<Described> {
  const order: number[] = [];
  const contrasts: number[] = [];
  const values = new Float32Array(single.length * features);
  for (const index of single) {
    if (pace.due) await pace.rest();
    const { pixels } = places[index] as Place;
    const { deviation } = statisticsOf(pixels);
    if (deviation < leastContrast) continue;
    describeImage(pixels, cellMap, values.subarray(order.length * features, (order.length + 1) * features));
    contrasts.push(deviation);
    order.push(index);
  }
  return { order, values, contrasts };
}

function groupOf(
  kind: DuplicateGroup['kind'],
  group: readonly number[],
  places: readonly Place[],
): DuplicateGroup {
  const members = group.map((index) => places[index] as Place);
  return {
    kind,
    // Of a large group those that differ most in what they are: one a split first.
    members: spread(members).map(({ split, index, label }) => ({ split, index, label })),
    size: members.length,
    leaks: members.some(isTrained) && !members.every(isTrained),
    disagrees: members.some(({ label }) => label !== members[0]?.label),
  };
}

function isTrained({ split }: ImagePlace): boolean {
  return split === 'training';
}

function spread(members: readonly Place[]): readonly Place[] {
  if (members.length <= mostMembers) return members;
  const trained = members.filter(isTrained).slice(0, mostMembers / 2);
  const others = members.filter((member) => !isTrained(member)).slice(0, mostMembers - trained.length);
  return [...trained, ...others];
}

function weightOf({ leaks, disagrees, kind, size }: DuplicateGroup): number {
  return (leaks ? 4 : 0) + (disagrees ? 2 : 0) + (kind === 'exact' ? 1 : 0) + Math.min(size, 1000) / 2000;
}

function leakedImages(groups: readonly (readonly Place[])[]): number {
  const leaked = new Set<Place>();
  for (const group of groups) {
    if (!group.some(isTrained)) continue;
    for (const member of group) if (!isTrained(member)) leaked.add(member);
  }
  return leaked.size;
}

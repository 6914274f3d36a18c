import type { StoredWeight } from '../../keras-config/weight-source';

/** A data set of numbers, as float32 whatever the file holds. */
export interface Hdf5DataSet {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What an attribute may hold here: text, or a list of texts. */
export type Hdf5Attribute = string | readonly string[];

/** What a file holds, without what training left behind. Paths have no `/` before or after; the root is ''. */
export interface Hdf5Contents {
  /** Groups with their attributes. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, Hdf5Attribute>>;
  readonly dataSets: ReadonlyMap<string, Hdf5DataSet>;
}

export function textAttribute(contents: Hdf5Contents, group: string, name: string): string | null {
  const value = contents.groups.get(group)?.get(name);
  return typeof value === 'string' ? value : null;
}

/**
 * A list of texts. Keras parts lists that are too long for one attribute into `name0`, `name1`.
 * `null` where there is neither.
 */
export function listAttribute(contents: Hdf5Contents, group: string, name: string): readonly string[] | null {
  const attributes = contents.groups.get(group);
  const whole = attributes?.get(name);
  if (whole !== undefined) return typeof whole === 'string' ? [whole] : whole;
  const parts: string[] = [];
  for (let part = 0; ; part++) {
    const value = attributes?.get(`${name}${part}`);
    if (value === undefined) return part === 0 ? null : parts;
    parts.push(...(typeof value === 'string' ? [value] : value));
  }
}

export function storedWeight(name: string, { shape, values }: Hdf5DataSet): StoredWeight {
  return { name, shape, read: () => values };
}

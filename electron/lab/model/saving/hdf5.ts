import { randomUUID } from 'node:crypto';
import type { Group } from 'h5wasm';

/** What an HDF5 file is to hold. Paths have no `/` before or after; the root is ''. */
export interface Hdf5Writing {
  /** Groups with attributes; all others on the way to a data set are made too. */
  readonly groups: readonly {
    readonly path: string;
    readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  }[];
  readonly dataSets: readonly {
    readonly path: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
}

/** Writes HDF5 with the HDF Group's own library, in memory. Texts are of variable length, numbers are float32. */
export async function writeHdf5({ groups, dataSets }: Hdf5Writing): Promise<Uint8Array> {
  const { default: h5wasm } = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const name = `/${randomUUID()}.h5`;
  const file = new h5wasm.File(name, 'w');
  const made = new Map<string, Group>([['', file]]);
  const groupAt = (path: string): Group => {
    const known = made.get(path);
    if (known !== undefined) return known;
    groupAt(parentOf(path));
    const group = file.create_group(path);
    made.set(path, group);
    return group;
  };
  try {
    for (const { path, attributes } of groups) addAttributes(groupAt(path), attributes);
    for (const { path, shape, values } of dataSets) {
      groupAt(parentOf(path));
      file.create_dataset({ name: path, data: values, shape: [...shape], dtype: '<f' });
      // The library does not throw where it fails.
      if (!(file.get(path) instanceof h5wasm.Dataset)) throw new Error(`HDF5 could not write ${path}.`);
    }
    file.close();
    return FS.readFile(name);
  } finally {
    FS.unlink(name);
  }
}

function addAttributes(group: Group, attributes: Hdf5Writing['groups'][number]['attributes']): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') group.create_attribute(name, value, null, 'S');
    // As NumPy writes an empty list, which is what Keras hands to its library.
    else if (value.length === 0) group.create_attribute(name, new Float64Array(0), [0], '<d');
    else group.create_attribute(name, [...value], null, 'S');
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

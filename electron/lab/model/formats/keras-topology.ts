import { Refusal } from '#shared/errors';
import type { FormatReader } from './reader';
import { covers, openWithTopology } from './keras-hdf5';
import { listAttribute } from './hdf5/contents';
import { hasPathWeights } from './hdf5/path-weights';
import { hdf5HeadLength, isHdf5, readHdf5 } from './hdf5/read';
import { holdsWords, largestJson, parseJson } from './json';
import type { ModelFiles } from './files';
import { topologyOf } from './topology';

/** A model's description as `model.to_json()` writes it, with its weights in an HDF5 file beside it. */
export const kerasTopology: FormatReader = {
  name: 'Keras JSON with weights beside it',

  async recognise(files) {
    // Broken ones too: whoever opens them says where.
    return files.main !== null && holdsWords(files, files.main, ['"class_name"', '"config"']);
  },

  async open(files) {
    const main = files.main as string;
    const topology = topologyOf(parseJson(await files.read(main, largestJson), files.name), main, files.name);
    if (topology === null) throw new Refusal(`${files.name} describes no Keras model.`);
    for (const path of await hdf5Beside(files)) {
      const contents = await readHdf5(await files.read(path), `${files.name}: ${path}`);
      const names = listAttribute(contents, '', 'layer_names');
      if (names === null ? hasPathWeights(contents) : covers(topology.model, names, contents)) {
        return openWithTopology(files, contents, topology);
      }
    }
    throw new Refusal(`${files.name} describes a model, but no HDF5 file with its weights lies beside it.`);
  },
};

async function hdf5Beside(files: ModelFiles): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { path } of (await files.list()).slice(0, 256)) {
    if (path !== files.main && isHdf5(await files.head(path, hdf5HeadLength))) found.push(path);
  }
  return found;
}

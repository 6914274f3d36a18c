import { Refusal } from '#shared/errors';
import { buildKerasModel } from '../keras-config/build';
import { generationOf, type KerasModel } from '../keras-config/keras-model';
import { parseKerasModel } from '../keras-config/parse';
import type { WeightSource } from '../keras-config/weight-source';
import type { OpenedModel } from '../opened-model';
import { describeLayersModel } from './describe';
import type { ModelFiles } from './files';
import { listAttribute, textAttribute, type Hdf5Contents } from './hdf5/contents';
import { LegacyWeights } from './hdf5/legacy-weights';
import { hasPathWeights, PathWeights } from './hdf5/path-weights';
import { hdf5HeadLength, isHdf5, readHdf5 } from './hdf5/read';
import { parseJson } from './json';
import { statedUse, statedUseKey } from './stated-use';
import { topologiesBeside, type Topology } from './topology';
import type { FormatReader } from './reader';

/** Keras's HDF5 files of every generation, whole models and bare weights with their topology beside them. */
export const kerasHdf5: FormatReader = {
  name: 'Keras HDF5',

  async recognise(files) {
    return files.main !== null && isHdf5(await files.head(files.main, hdf5HeadLength));
  },

  async open(files) {
    const contents = await readHdf5(await files.read(files.main as string), files.name);
    const config = textAttribute(contents, '', 'model_config');
    return config === null ? openWeights(files, contents) : openWhole(files, contents, config);
  },
};

async function openWhole(files: ModelFiles, contents: Hdf5Contents, config: string): Promise<OpenedModel> {
  const version = versionOf(contents, 'model_weights');
  const model = parseKerasModel(parseJson(config, `${files.name}: model_config`), files.name);
  if (!contents.groups.has('model_weights')) {
    throw new Refusal(`${files.name}: the group model_weights is missing, so the layers have no weights.`);
  }
  return build(files, model, version, legacy(contents, 'model_weights', version), contents);
}

/** Opens bare weights with whichever description beside them has their layers. */
async function openWeights(files: ModelFiles, contents: Hdf5Contents): Promise<OpenedModel> {
  const byPath = hasPathWeights(contents);
  const names = listAttribute(contents, '', 'layer_names');
  if (names === null && !byPath) {
    throw new Refusal(
      `${files.name} is an HDF5 file, but not one of Keras: it has neither model_config nor layer_names.`,
    );
  }
  const topology = (await topologiesBeside(files)).find(
    ({ model }) => names === null || covers(model, names, contents),
  );
  if (topology === undefined) {
    throw new Refusal(
      `${files.name} holds weights only; put the model's description (the JSON of model.to_json()) beside it.`,
    );
  }
  return openWithTopology(files, contents, topology);
}

/** Opens bare weights with a description from another file. */
export async function openWithTopology(
  files: ModelFiles,
  contents: Hdf5Contents,
  topology: Topology,
): Promise<OpenedModel> {
  const version = versionOf(contents, '') ?? topology.version;
  const weights = hasPathWeights(contents) ? new PathWeights(contents) : legacy(contents, '', version);
  return build(files, topology.model, version, weights, contents, [
    `The layers are described in ${topology.file}.`,
  ]);
}

/** Whether a description has every layer that these weights are for. */
export function covers(model: KerasModel, names: readonly string[], contents: Hdf5Contents): boolean {
  const known = new Set(model.layers.map(({ name }) => name));
  return names.every(
    (name) => known.has(name) || (listAttribute(contents, name, 'weight_names') ?? []).length === 0,
  );
}

function versionOf(contents: Hdf5Contents, weights: string): string | null {
  return textAttribute(contents, '', 'keras_version') ?? textAttribute(contents, weights, 'keras_version');
}

function legacy(contents: Hdf5Contents, root: string, version: string | null): WeightSource {
  const backend = textAttribute(contents, '', 'backend') ?? textAttribute(contents, root, 'backend');
  // Keras 1 wrote no version at first.
  return new LegacyWeights(contents, { root, generation: generationOf(version, 1), backend });
}

function build(
  files: ModelFiles,
  model: KerasModel,
  version: string | null,
  weights: WeightSource,
  contents: Hdf5Contents,
  notes: readonly string[] = [],
): Promise<OpenedModel> {
  const generation = generationOf(version, 1);
  const network = buildKerasModel(model, { owner: files.name, generation, weights });
  const backend = textAttribute(contents, '', 'backend');
  const theano = backend === 'theano' ? ["Theano's kernels are turned to TensorFlow's."] : [];
  return describeLayersModel(files, {
    format: `Keras ${String(generation)} HDF5`,
    producer: 'Keras',
    version,
    network,
    notes: [...notes, ...theano],
    stated: statedUse(textAttribute(contents, '', statedUseKey)),
  });
}

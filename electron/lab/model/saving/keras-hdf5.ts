import { statedUseKey } from '../formats/stated-use';
import { describeModel } from './keras/model-description';
import type { SavedFile } from '#shared/saving';
import type { SavedNetwork } from './saved-network';
import { writeHdf5 } from './hdf5';

/** The last generation of Keras whose descriptions every reader of `.h5` files takes, Keras 3 among them. */
const kerasVersion = '2.15.0';
const backend = 'tensorflow';

/**
 * Keras's older whole-model format (`save_model_to_hdf5` in keras/src/legacy/saving/legacy_h5_format.py), described as
 * Keras 2 does.
 */
export async function saveKerasHdf5(network: SavedNetwork): Promise<readonly SavedFile[]> {
  const config = describeModel(network, 'Keras 2', 'Keras HDF5');
  const { classes, preprocessing } = network;
  const use = JSON.stringify({ classes, preprocessing });
  const about = { keras_version: kerasVersion, backend };
  const bytes = await writeHdf5({
    groups: [
      { path: '', attributes: { ...about, model_config: JSON.stringify(config), [statedUseKey]: use } },
      {
        path: 'model_weights',
        attributes: { ...about, layer_names: network.layers.map(({ name }) => name) },
      },
      ...network.layers.map(({ name, weights }) => ({
        path: `model_weights/${name}`,
        attributes: { weight_names: weights.map((weight) => `${name}/${weight.name}:0`) },
      })),
    ],
    dataSets: network.layers.flatMap(({ name, weights }) =>
      weights.map((weight) => ({ ...weight, path: `model_weights/${name}/${name}/${weight.name}:0` })),
    ),
  });
  return [{ path: 'model.h5', bytes }];
}

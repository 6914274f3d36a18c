import { strToU8, zipSync } from 'fflate';
import { statedUseKey } from '../formats/stated-use';
import { writeHdf5 } from './hdf5';
import { describeLayer } from './keras/layer-description';
import { describeModel } from './keras/model-description';
import type { SavedFile } from '#shared/saving';
import type { SavedLayer, SavedNetwork } from './saved-network';

const format = 'The Keras archive';
/** The first Keras 3 whose layout this is in every part. */
const kerasVersion = '3.0.5';

/**
 * Keras 3's archive (keras/src/saving/saving_lib.py): a description, and weights that lie under their layer's class in
 * snake case, counted in the order of the layers.
 */
export async function saveKerasArchive(network: SavedNetwork): Promise<readonly SavedFile[]> {
  const config = describeModel(network, 'Keras 3', format);
  const groups = weightGroups(network.layers);
  const weights = await writeHdf5({
    groups: [],
    dataSets: network.layers.flatMap((layer, index) =>
      layer.weights.map((weight, position) => ({
        ...weight,
        path: `layers/${groups[index] as string}/vars/${String(position)}`,
      })),
    ),
  });
  const saved = new Date().toISOString();
  const metadata = {
    keras_version: kerasVersion,
    [statedUseKey]: { classes: network.classes, preprocessing: network.preprocessing },
    date_saved: `${saved.slice(0, 10)}@${saved.slice(11, 19)}`,
  };
  // Stored, not packed, as Keras does: weights hardly shrink.
  const bytes = zipSync(
    {
      'metadata.json': strToU8(JSON.stringify(metadata)),
      'config.json': strToU8(JSON.stringify(config)),
      'model.weights.h5': weights,
    },
    { level: 0 },
  );
  return [{ path: 'model.keras', bytes }];
}

/** What the layers' groups are called: `conv2d`, `conv2d_1`. */
function weightGroups(layers: readonly SavedLayer[]): readonly string[] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const own = snakeCase(describeLayer(layer, 'Keras 3', format).className);
    const before = counts.get(own) ?? 0;
    counts.set(own, before + 1);
    return before === 0 ? own : `${own}_${String(before)}`;
  });
}

/** As Keras's `naming.to_snake_case`. */
function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

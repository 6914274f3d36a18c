import { describeNetwork, type SavableModel } from './describe';
import { saveKerasArchive } from './keras-archive';
import { saveKerasHdf5 } from './keras-hdf5';
import { saveOnnx } from './onnx';
import type { SavedFile } from '#shared/saving';
import { saveSavedModel } from './saved-model';
import type { SavedNetwork } from './saved-network';
import { saveTfjs } from './tfjs';
import type { SaveFormatId } from '#shared/saving';

const writers: Readonly<Record<SaveFormatId, (network: SavedNetwork) => Promise<readonly SavedFile[]>>> = {
  tfjs: saveTfjs,
  keras: saveKerasArchive,
  h5: saveKerasHdf5,
  onnx: saveOnnx,
  savedmodel: saveSavedModel,
};

/**
 * A model as the files of a format. The caller keeps the model, which may go on training meanwhile: its weights are
 * copied first. Throws a `Refusal` that names the layer which the format cannot hold.
 */
export async function saveModel(model: SavableModel, format: SaveFormatId): Promise<readonly SavedFile[]> {
  return writers[format](await describeNetwork(model));
}

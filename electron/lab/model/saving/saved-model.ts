import { savedModelBytes } from '../../engine/compiled/saved-model';
import { DataType } from '../../engine/native';
import { requireOneMessage } from './graph/weights';
import { writeNetwork } from './graph/write-network';
import { TensorFlowTarget } from './saved-model/target';
import { signatureTensor } from './saved-model/writer';
import type { SavedFile } from '#shared/saving';
import { textFile } from './saved-file';
import type { SavedNetwork } from './saved-network';

/**
 * A SavedModel whose `serving_default` signature takes and gives tensors by the names of the network's first and last
 * layers. The weights are constants of the graph (docs/decisions/0013-saved-models.md).
 */
export async function saveSavedModel(network: SavedNetwork): Promise<readonly SavedFile[]> {
  requireOneMessage(network, 'A SavedModel');
  const target = new TensorFlowTarget();
  writeNetwork(network, target);
  const outputs = target.outputs.map((value, index) => {
    const { layer, call } = network.outputs[index] as SavedNetwork['outputs'][number];
    const name = call === 0 ? layer.name : `${layer.name}_${String(call)}`;
    return [name, signatureTensor(value, DataType.float)] as const;
  });
  const bytes = savedModelBytes(target.writer.nodes, 'serve', {
    serving_default: {
      inputs: target.inputs,
      outputs: Object.fromEntries(outputs),
      method_name: 'tensorflow/serving/predict',
    },
  });
  const { classes } = network;
  const names = classes === null ? [] : [textFile('labels.txt', `${classes.join('\n')}\n`)];
  return [{ path: 'saved_model.pb', bytes }, ...names];
}

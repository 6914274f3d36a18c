import { channelsLast, imageLayout } from '../formats/onnx/layout';
import { statedUseKey } from '../formats/stated-use';
import { requireOneMessage } from './graph/weights';
import { writeNetwork } from './graph/write-network';
import { onnxBytes } from './onnx/messages';
import { OnnxTarget } from './onnx/target';
import type { SavedFile } from '#shared/saving';
import type { SavedNetwork } from './saved-network';
import { version } from '../../../../package.json';

/** Every runtime of the last years reads these (github.com/onnx/onnx/blob/main/docs/Versioning.md). */
const operations = 13;
const format = 7;

/** ONNX, its inputs and outputs channels last as the network has them. */
export async function saveOnnx(network: SavedNetwork): Promise<readonly SavedFile[]> {
  requireOneMessage(network, 'ONNX');
  const target = new OnnxTarget();
  writeNetwork(network, target);
  const { classes, preprocessing } = network;
  const { nodes, initializers, inputs } = target.writer;
  const bytes = onnxBytes({
    ir_version: format,
    producer_name: 'Convscope',
    producer_version: version,
    opset_import: [{ domain: '', version: operations }],
    metadata_props: [
      { key: imageLayout, value: channelsLast },
      { key: statedUseKey, value: JSON.stringify({ classes, preprocessing }) },
    ],
    graph: {
      name: network.name,
      node: nodes,
      initializer: initializers,
      input: inputs,
      output: target.outputs,
    },
  });
  return [{ path: 'model.onnx', bytes }];
}

import { Refusal } from '#shared/errors';
import { buildKerasModel } from '../../keras-config/build';
import type { LayersNetwork, OpenedModel } from '../../opened-model';
import { classNamesBeside } from '../class-names';
import type { ModelFiles } from '../files';
import { statedUse, statedUseKey } from '../stated-use';
import type { FormatReader } from '../reader';
import { readGraph, type OnnxGraph } from './graph';
import { mapGraph } from './mapping/map-graph';
import { readModel, type ModelMessage } from './messages';
import { openRuntime } from './runtime';
import { readTensor, type Constant } from './tensors';

/** ONNX models: convnets become layers, all others run as graphs on ONNX Runtime. */
export const onnx: FormatReader = {
  name: 'ONNX',
  async recognise(files) {
    if (files.main === null) return false;
    // Field 1, the format's version, is small; then a text, the graph or the operations' versions follow.
    const [first, version = 0, second] = await files.head(files.main, 3);
    return first === 0x08 && version >= 1 && version < 32 && followers.has(second ?? 0);
  },
  open,
};

/** The tags of fields 2 to 8 and 14 that a writer may put after the version; in order, field 2 or 7 is likeliest. */
const followers: ReadonlySet<number> = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]);

async function open(files: ModelFiles): Promise<OpenedModel> {
  const main = files.main ?? '';
  const bytes = await files.read(main);
  const model = readModel(bytes, files.name);
  const graph = await readGraph(model, files, files.name);
  const constants = await constantNodes(model, files);
  const stated = statedUse(graph.metadata.get(statedUseKey));
  const about = {
    format: 'ONNX',
    producer: model.producer_name || null,
    version: model.producer_version || null,
    preprocessing: stated.preprocessing,
    classes: stated.classes ?? (await classNamesBeside(files)),
  };
  const built = buildLayers(graph, constants);
  if (typeof built !== 'string') {
    const { network, parameters } = built;
    return {
      ...about,
      parameters,
      network,
      notes: [],
      dispose: () => {
        network.dispose();
      },
    };
  }
  const runtime = await openRuntime(bytes, graph, constants);
  return { ...about, ...runtime, notes: [`It runs as a graph and cannot be trained further: ${built}.`] };
}

/** Values that nodes of type Constant hold, by the names of their outputs. */
async function constantNodes(
  { graph }: ModelMessage,
  files: ModelFiles,
): Promise<ReadonlyMap<string, Constant>> {
  const constants = new Map<string, Constant>();
  for (const { op_type: op, output, attribute } of graph?.node ?? []) {
    const [name] = output;
    const tensor = op === 'Constant' ? attribute.find(({ name: called }) => called === 'value')?.t : null;
    if (tensor === null || tensor === undefined || name === undefined) continue;
    const constant = await readTensor(named(tensor, name), files, files.name);
    if (constant !== null) constants.set(name, constant);
  }
  return constants;
}

function named<T extends object>(tensor: T, name: string): T {
  return Object.assign(Object.create(tensor) as T, { name });
}

interface Built {
  readonly network: LayersNetwork;
  readonly parameters: number;
}

/** Or why there are no layers that compute the same, as half a sentence. */
function buildLayers(graph: OnnxGraph, constants: ReadonlyMap<string, Constant>): Built | string {
  const mapped = mapGraph(graph, constants);
  if (typeof mapped === 'string') return mapped;
  try {
    // Keras 2 calls functions by the names that the mapping uses.
    const network = buildKerasModel(mapped.model, {
      owner: graph.place,
      generation: 2,
      weights: mapped.weights,
    });
    if (network.complete) return { network, parameters: mapped.parameters };
    const missing = network.layers.find(({ problem }) => problem !== null);
    network.dispose();
    return `the node ${missing?.name} (${missing?.type}) ${missing?.problem}`;
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return thrown.message.replace(/\.$/, '');
  }
}

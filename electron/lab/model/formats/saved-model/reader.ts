import { Refusal } from '#shared/errors';
import type { LayersNetwork, OpenedModel } from '../../opened-model';
import { classNamesBeside } from '../class-names';
import type { ModelFiles } from '../files';
import type { FormatReader } from '../reader';
import { Checkpoint } from './checkpoint';
import { openGraph, type OpenedGraph } from './graph-model';
import { buildSavedLayers, kerasDescription, objectNotes } from './keras-layers';
import { readGraph, readKerasMetadata, readSavedModel, type MetaGraphMessage } from './messages';
import { variableKeys } from './variable-keys';

const modelFile = 'saved_model.pb';
const metadataFile = 'keras_metadata.pb';
const checkpointPrefix = 'variables/variables';

/** SavedModel folders of TensorFlow 1 and 2. Keras models are rebuilt as layers, all others run as graphs. */
export const savedModel: FormatReader = {
  name: 'TensorFlow SavedModel',
  async recognise(files) {
    if (files.main !== null && files.main !== modelFile) return false;
    if ((await files.size(modelFile)) === null) return false;
    // Field 1, the schema's version, is 1; then come the graphs, field 2.
    const head = await files.head(modelFile, 3);
    return head[0] === 0x08 && head[1] === 0x01 && head[2] === 0x12;
  },
  open,
};

async function open(files: ModelFiles): Promise<OpenedModel> {
  const place = `${files.name}: ${modelFile}`;
  const metaGraph = servingGraph(readSavedModel(await files.read(modelFile), place).meta_graphs, place);
  const hasCheckpoint = (await files.size(`${checkpointPrefix}.index`)) !== null;
  const checkpoint = hasCheckpoint ? await Checkpoint.open(files, checkpointPrefix) : null;
  const rebuilt = checkpoint === null ? null : await rebuild(files, metaGraph, checkpoint);
  const about = {
    format: 'TensorFlow SavedModel',
    producer: 'TensorFlow',
    version: metaGraph.meta_info_def?.tensorflow_version || null,
    preprocessing: null,
    classes: await classNamesBeside(files),
  };
  if (rebuilt?.network?.complete === true) return { ...about, ...layersModel(rebuilt.network, []) };
  return { ...about, ...graphInstead(metaGraph, { checkpoint, place }, rebuilt) };
}

function servingGraph(graphs: readonly MetaGraphMessage[], place: string): MetaGraphMessage {
  const serving = graphs.find(({ meta_info_def: info }) => info?.tags.includes('serve')) ?? graphs[0];
  if (serving === undefined) throw new Refusal(`${place}: it holds no graph.`);
  return serving;
}

/** A Keras model's layers, and why they are not all of it. */
interface Rebuilt {
  readonly network: LayersNetwork | null;
  readonly reason: string;
}

/** `null` for what Keras did not save. */
async function rebuild(
  files: ModelFiles,
  { object_graph_def: objects }: MetaGraphMessage,
  checkpoint: Checkpoint,
): Promise<Rebuilt | null> {
  if (objects === null) return null;
  const place = `${files.name}: ${metadataFile}`;
  const besides = (await files.size(metadataFile)) !== null;
  const metadata = besides ? readKerasMetadata(await files.read(metadataFile), place) : null;
  const saved = { notes: objectNotes(metadata, objects), objects, checkpoint, place: files.name };
  const description = kerasDescription(saved);
  if (description === null) return null;
  try {
    const network = buildSavedLayers(description, saved);
    const missing = network.layers.find(({ problem }) => problem !== null);
    return { network, reason: `the layer ${missing?.name} (${missing?.type}) ${missing?.problem}` };
  } catch (thrown) {
    // The graph beside it does not need the description.
    if (thrown instanceof Refusal) return { network: null, reason: thrown.message.replace(/\.$/, '') };
    throw thrown;
  }
}

type Opened = Pick<OpenedModel, 'network' | 'parameters' | 'notes' | 'dispose'>;

function layersModel(network: LayersNetwork, notes: readonly string[]): Opened {
  return {
    network,
    parameters: network.model.countParams(),
    notes,
    dispose: () => {
      network.dispose();
    },
  };
}

interface Saved {
  readonly checkpoint: Checkpoint | null;
  /** Names the file in the sentence of a `Refusal`. */
  readonly place: string;
}

/** A Keras model that cannot be rebuilt whole runs as the graph that was saved with it, if it can. */
function graphInstead(metaGraph: MetaGraphMessage, saved: Saved, rebuilt: Rebuilt | null): Opened {
  if (rebuilt === null) return runGraph(metaGraph, saved);
  let graph: OpenedGraph;
  try {
    graph = runGraph(metaGraph, saved);
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || rebuilt.network === null) throw thrown;
    return layersModel(rebuilt.network, [`It ends early: ${rebuilt.reason}. ${thrown.message}`]);
  }
  rebuilt.network?.dispose();
  const why = `It runs as a graph and cannot be trained further: ${rebuilt.reason}.`;
  return { ...graph, notes: [why, ...graph.notes] };
}

function runGraph(metaGraph: MetaGraphMessage, { checkpoint, place }: Saved): OpenedGraph {
  const graph = readGraph(metaGraph.graph_def, `${place}, its graph,`);
  const objects = metaGraph.object_graph_def;
  const keys = checkpoint === null ? () => null : variableKeys(graph, objects, checkpoint, place);
  return openGraph(graph, metaGraph, { checkpoint, keys, place });
}

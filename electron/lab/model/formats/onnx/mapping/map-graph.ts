import type { KerasModel } from '../../../keras-config/keras-model';
import type { WeightSource } from '../../../keras-config/weight-source';
import { Attributes, type OnnxGraph, type OnnxNode } from '../graph';
import type { Constant } from '../tensors';
import { convolution, gemm, matMul, transposedConvolution } from './convolution';
import * as elementwise from './elementwise';
import { Mapper, Unmappable, type NodeMapper } from './mapper';
import { averagePooling, globalPooling, maxPooling, reduceMean } from './pooling';
import * as shaping from './shaping';
import { fold, isFolded, shapeOf } from './sizes';

const each = (
  operations: readonly string[],
  mapper: NodeMapper,
): readonly (readonly [string, NodeMapper])[] => operations.map((operation) => [operation, mapper] as const);

const mappers: ReadonlyMap<string, NodeMapper> = new Map([
  ...each(['Conv'], convolution),
  ...each(['ConvTranspose'], transposedConvolution),
  ...each(['Gemm'], gemm),
  ...each(['MatMul'], matMul),
  ...each(['MaxPool'], maxPooling),
  ...each(['AveragePool'], averagePooling),
  ...each(['GlobalAveragePool', 'GlobalMaxPool'], globalPooling),
  ...each(['ReduceMean'], reduceMean),
  ...each(elementwise.activationOperations, elementwise.activation),
  ...each(elementwise.mergingOperations, elementwise.merging),
  ...each(['Div'], elementwise.division),
  ...each(['Gelu'], elementwise.gelu),
  ...each(['HardSigmoid'], elementwise.hardSigmoid),
  ...each(['Elu'], elementwise.elu),
  ...each(['Selu'], elementwise.selu),
  ...each(['LeakyRelu'], elementwise.leakyRelu),
  ...each(['PRelu'], elementwise.parametricRelu),
  ...each(['Clip'], elementwise.clip),
  ...each(['Softmax'], elementwise.softmax),
  ...each(['BatchNormalization'], elementwise.batchNormalization),
  ...each(['Dropout'], elementwise.dropout),
  ...each(['Flatten'], shaping.flatten),
  ...each(['Reshape'], shaping.reshape),
  ...each(['Squeeze'], shaping.squeeze),
  ...each(['Unsqueeze'], shaping.unsqueeze),
  ...each(['Transpose'], shaping.transpose),
  ...each(['Concat'], shaping.concatenation),
  ...each(['Pad'], shaping.pad),
  ...each(['Resize', 'Upsample'], shaping.resize),
  ...each(['Shape'], shapeOf),
  ...each(['Identity', 'Cast'], (node, mapper) => {
    mapper.set(node.outputs[0] ?? '', mapper.tensor(node, 0));
  }),
]);

const mostLayers = 4096;
const float32 = 1;

export interface MappedGraph {
  readonly model: KerasModel;
  readonly weights: WeightSource;
  readonly parameters: number;
}

/**
 * Writes a graph as a Keras model, channels first, with its weights in Keras's layout.
 * @param values what the nodes of type Constant hold, by their outputs
 * @returns or why no layers compute the same, as half a sentence
 */
export function mapGraph(graph: OnnxGraph, values: ReadonlyMap<string, Constant>): MappedGraph | string {
  if (graph.nodes.length > mostLayers) return `it has more than ${mostLayers} nodes`;
  const odd = graph.inputs.find(({ type, shape }) => type !== float32 || shape.length < 2);
  if (odd !== undefined || graph.inputs.length === 0)
    return `the input ${odd?.name ?? ''} is no batch of numbers`;
  const mapper = new Mapper(withoutFirstTranspose(graph));
  for (const [name, constant] of values) mapper.set(name, { kind: 'constant', constant });
  for (const node of mapper.graph.nodes) {
    try {
      mapNode(node, mapper);
    } catch (thrown) {
      if (!(thrown instanceof Unmappable)) throw thrown;
      return `the node ${node.name} (${node.op}) ${thrown.message}`;
    }
  }
  try {
    return { model: mapper.model(), weights: mapper.weights(), parameters: mapper.parameters() };
  } catch (thrown) {
    if (!(thrown instanceof Unmappable)) throw thrown;
    return `it ${thrown.message}`;
  }
}

function mapNode(node: OnnxNode, mapper: Mapper): void {
  const attributes = new Attributes(node);
  if (node.op === 'Constant' || mapper.isDone(node)) return;
  if (isFolded(node, mapper)) return fold(node, mapper, attributes);
  const map = node.domain === '' ? mappers.get(node.op) : undefined;
  if (map === undefined) throw new Unmappable('has no layer that computes it');
  map(node, mapper, attributes);
}

/**
 * Models that come from TensorFlow take their image channels last and turn it first of all. Layers compute channels
 * last anyway, so the image is taken for turned already.
 */
function withoutFirstTranspose(graph: OnnxGraph): OnnxGraph {
  const [input, ...others] = graph.inputs;
  const users = graph.nodes.filter(({ inputs }) => inputs.includes(input?.name ?? ''));
  const [turn, ...further] = users;
  const [batch = null, height = null, width = null, channels = null] = input?.shape ?? [];
  const plain =
    others.length === 0 && further.length === 0 && input?.shape.length === 4 && turn?.op === 'Transpose';
  if (!plain || turn === undefined || new Attributes(turn).integers('perm')?.join() !== '0,3,1,2')
    return graph;
  return {
    ...graph,
    inputs: [{ ...input, shape: [batch, channels, height, width] }],
    nodes: graph.nodes.map((node) => (node === turn ? { ...node, op: 'Identity' } : node)),
  };
}

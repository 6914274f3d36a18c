/** Layers that only go on from one other are drawn in one box with it: a convolution, its normalization, its activation. */
import type { Network, NetworkNode } from './network';

export interface Block {
  /** The first layer's name. */
  readonly name: string;
  /** The layer, then those that follow on it in the same box. */
  readonly nodes: readonly NetworkNode[];
}

/** Layers of Keras, nodes of TensorFlow and of ONNX that change values one by one or a channel at a time. */
const following =
  /^(BatchNormalization(V[12])?|SyncBatchNormalization|LayerNormalization|InstanceNormalization|FusedBatchNorm(V[23])?|LRN|BiasAdd|Activation|(Leaky|Thresholded|P)?ReLU|ELU|Softmax|(Leaky|P|Thresholded)?Relu6?|Elu|Selu|Gelu|Celu|Sigmoid|HardSigmoid|HardSwish|Tanh|Softplus|Softsign|Clip|LogSoftmax|(Spatial|Alpha|Gaussian)?Dropout([123]D)?|GaussianNoise|ActivityRegularization|Identity)$/;

export function blocksOf({ nodes }: Network): readonly Block[] {
  const followerOf = new Map<NetworkNode, NetworkNode>();
  const folded = new Set<NetworkNode>();
  for (const node of nodes.values()) {
    const leader = leaderOf(node, nodes);
    if (leader === null) continue;
    followerOf.set(leader, node);
    folded.add(node);
  }
  return [...nodes.values()]
    .filter((node) => !folded.has(node))
    .map((node) => ({ name: node.name, nodes: chainFrom(node, followerOf) }));
}

/** What the layer follows on: the only one that it reads, and that nothing else reads. */
function leaderOf(
  { name, type, reads, within }: NetworkNode,
  nodes: ReadonlyMap<string, NetworkNode>,
): NetworkNode | null {
  const [source, other] = reads ?? [];
  if (!following.test(type) || source === undefined || other !== undefined || source === name) return null;
  const leader = nodes.get(source);
  const joins = leader?.readers.length === 1 && leader.within === within && !isInput(leader);
  return joins ? leader : null;
}

function isInput({ type }: NetworkNode): boolean {
  return type === 'Input' || type === 'InputLayer';
}

function chainFrom(first: NetworkNode, followerOf: ReadonlyMap<NetworkNode, NetworkNode>): NetworkNode[] {
  const chain = [first];
  for (let next = followerOf.get(first); next !== undefined; next = followerOf.get(next)) chain.push(next);
  return chain;
}

import type * as tf from '@tensorflow/tfjs';
import type { LayerAttribute, LayerWeight } from '#shared/models';
import type { Preprocessing } from '#shared/spec';

export type { Preprocessing };

/** A network that was opened from a file, whatever its format. */
export interface OpenedModel {
  /** For people: `Keras 2 HDF5`, `TensorFlow.js layers`. */
  readonly format: string;
  /** Which program wrote the file, such as `keras` or `TensorFlow.js Converter`; `null` where the file does not say. */
  readonly producer: string | null;
  readonly version: string | null;
  /** All weights that the network holds, trainable or not, as Keras counts. */
  readonly parameters: number;
  readonly network: OpenedNetwork;
  /** What the file says about the values that the network expects; `null` where it says nothing. */
  readonly preprocessing: Preprocessing | null;
  /** Names of the classes, where the file or one beside it says them. */
  readonly classes: readonly string[] | null;
  /** What was not understood, skipped or converted, one sentence each. */
  readonly notes: readonly string[];
  /** Releases every tensor of the network. */
  dispose(): void;
}

export type OpenedNetwork = LayersNetwork | GraphNetwork;

/** A layer as the file lists it. */
export interface OpenedLayer {
  readonly name: string;
  /** The class as the file names it, such as `Conv2D`; of graphs the operation. */
  readonly type: string;
  /** Why the layer cannot be shown, as half a sentence; `null` for one that runs. */
  readonly problem: string | null;
  /** Names of the layers, and of the network's inputs, that it reads, as `CardLayer.inputs` has them. */
  readonly inputs: readonly string[] | null;
  readonly attributes: readonly LayerAttribute[];
}

/** A layer of a network that was rebuilt from layers. */
export interface BuiltLayer extends OpenedLayer {
  /** What it makes, channels last; `null` exactly where there is a problem. */
  readonly output: tf.SymbolicTensor | null;
  /** Weights that the layer holds, those of a nested model's layers included. */
  readonly parameters: number;
  /** Its own, those of a nested model's layers not included. */
  readonly weights: readonly BuiltWeight[];
  /** The layers of a nested model, which run as if they stood in the outer one; otherwise empty. */
  readonly inner: readonly BuiltLayer[];
}

export interface BuiltWeight {
  /** As the layer calls it: `kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  read(): Float32Array;
}

/** A network rebuilt as layers, which can be trained further. */
export interface LayersNetwork {
  readonly kind: 'layers';
  /** Names the file in messages. */
  readonly owner: string;
  /**
   * As far as the file could be rebuilt. It may hold more layers than are listed: where channels-first layers were
   * turned, `Permute` layers stand between.
   */
  readonly model: tf.LayersModel;
  /** In the order of the file. Input layers are listed where Keras's `model.layers` lists them. */
  readonly layers: readonly BuiltLayer[];
  /** False when layers that the outputs need could not be rebuilt; the model then ends before them. */
  readonly complete: boolean;
  /** Releases the weights of every layer, of those that the model does not reach too. */
  dispose(): void;
}

export interface GraphTensor {
  readonly name: string;
  /** With the batch dimension; `null` for unknown sizes. */
  readonly shape: readonly (number | null)[];
}

/** An inner tensor that can be fetched. */
export interface GraphLayer extends OpenedLayer {
  /** With the batch dimension; `null` where it is known only after a run. */
  readonly shape: readonly (number | null)[] | null;
  /** Constants and variables that it reads. */
  readonly weights: readonly LayerWeight[];
}

/** A network that runs as a graph, with every tensor that can be fetched as a layer. */
export interface GraphNetwork {
  readonly kind: 'graph';
  readonly inputs: readonly GraphTensor[];
  /** Names to fetch. */
  readonly outputs: readonly string[];
  /** In the order of computation. */
  readonly layers: readonly GraphLayer[];
  /**
   * Runs in inference mode. Resolves to the tensors asked for, in that order, each of which the caller disposes of.
   * Throws a `Refusal` where an input does not fit or an operation is not supported.
   * @param inputs one tensor for each of `inputs`, in their order
   * @param fetches names of layers or outputs
   */
  run(inputs: readonly tf.Tensor[], fetches: readonly string[]): Promise<readonly tf.Tensor[]>;
}

/** Why a network cannot be run to its end, as a sentence without its model; `null` for one that can. */
export function whyIncomplete(network: OpenedNetwork): string | null {
  if (network.kind === 'graph' || network.complete) return null;
  const first = network.layers.find(({ problem }) => problem !== null);
  return first === undefined
    ? 'it cannot be run to its end'
    : `it cannot be run to its end: the layer ${first.name} (${first.type}) ${first.problem ?? ''}`;
}

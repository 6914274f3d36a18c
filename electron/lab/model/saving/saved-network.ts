import type { Preprocessing } from '../opened-model';
import type { Operation } from './operations';

/** A network as every format writes it: what the layers compute, how they hang together, and their weights. */
export interface SavedNetwork {
  readonly name: string;
  /** In the order of the model. */
  readonly layers: readonly SavedLayer[];
  /** Every call of every layer, none before its inputs. */
  readonly order: readonly CallReference[];
  readonly inputs: readonly CallReference[];
  readonly outputs: readonly CallReference[];
  /** Names of the classes, where they are known. */
  readonly classes: readonly string[] | null;
  /** What pixels must become before they are the input, where it is known. */
  readonly preprocessing: Preprocessing | null;
}

export interface SavedLayer {
  /** Unique; of letters, digits, `.`, `_` and `-` only, which every format takes. */
  readonly name: string;
  readonly operation: Operation;
  /** In Keras's order. */
  readonly weights: readonly SavedWeight[];
  readonly trainable: boolean;
  /** Penalties that training goes on with, by Keras's names of the fields: `kernel_regularizer`. */
  readonly regularizers: Readonly<Record<string, Penalty>>;
  /** More than one for a shared layer. */
  readonly calls: readonly SavedCall[];
}

export interface SavedWeight {
  /** As Keras calls it: `kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

export interface SavedCall {
  readonly inputs: readonly CallReference[];
  /** Of what is made, with the batch; `null` for unknown sizes. */
  readonly shape: readonly (number | null)[];
}

/** What a layer made when it was called for the nth time, counted from 0. */
export interface CallReference {
  readonly layer: SavedLayer;
  readonly call: number;
}

/** What one call of a layer makes. */
export function callOf({ layer, call }: CallReference): SavedCall {
  const found = layer.calls[call];
  if (found === undefined) throw new Error(`The layer ${layer.name} was never called for the time ${call}.`);
  return found;
}

/** The layer's weight of this name. Throws where it has none: the operation says which there are. */
export function weightOf({ name, weights }: SavedLayer, wanted: string): SavedWeight {
  const found = weights.find((weight) => weight.name === wanted);
  if (found === undefined) throw new Error(`The layer ${name} has no weight ${wanted}.`);
  return found;
}

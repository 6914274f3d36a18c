import type { LayerAttribute } from '#shared/models';

/** A Keras model as its file describes it, whichever generation of Keras wrote it. Nothing is built yet. */
export interface KerasModel {
  /** `Sequential`, `Functional`, or `Model` as it was called before. */
  readonly className: string;
  readonly name: string;
  readonly sequential: boolean;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
}

export interface KerasLayer {
  /** As today's Keras calls it: `Conv2D`, never `Convolution2D`. */
  readonly className: string;
  /** As the file calls it. */
  readonly writtenAs: string;
  readonly name: string;
  /** With today's field names. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The layers of a model that is used as a layer; otherwise `null`. */
  readonly nested: KerasModel | null;
  readonly calls: readonly KerasCall[];
  /** What the file says of the layer in other words than Keras's; left out where the configuration is the file's. */
  readonly said?: readonly LayerAttribute[];
}

/** One use of a layer. A shared layer has several. */
export interface KerasCall {
  readonly inputs: readonly TensorReference[];
}

export interface TensorReference {
  readonly layer: string;
  /** Which use of the layer. */
  readonly node: number;
  /** Which of its outputs. */
  readonly tensor: number;
}

/** Keras's major version: field names, defaults and some functions changed with it. */
export type Generation = 1 | 2 | 3;

/** The generation of a version such as `2.2.4-tf`; files without one are Keras 1's or TensorFlow.js's. */
export function generationOf(version: string | null, otherwise: Generation): Generation {
  const major = version === null ? NaN : Number.parseInt(version, 10);
  return major === 1 || major === 2 || major === 3 ? major : otherwise;
}

import type { KerasLayer, KerasModel } from './keras-model';

/** Where a layer stands: from the outermost model inwards, the layer itself last. */
export type LayerPath = readonly { readonly model: KerasModel; readonly layer: KerasLayer }[];

/** A weight that a layer asks for while it is built. */
export interface WantedWeight {
  readonly path: LayerPath;
  /** Which of the layer's weights, in Keras's order. */
  readonly position: number;
  /** As the layer calls it: `kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
}

export interface StoredWeight {
  /** As the file calls it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. Called only after the shape has been found right. */
  read(): Float32Array;
}

/** The weights of a file, found in that file's own way. */
export interface WeightSource {
  /** `null` where the file has no such weight. */
  find(wanted: WantedWeight): StoredWeight | null;
}

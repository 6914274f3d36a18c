/** What a network is made of, layer by layer, whether it is built or still being edited. */
import type { ImageShape } from './images';

/**
 * The cells that one cell of a layer's maps is computed from: `size` rows and columns from row
 * `y * strides[0] - padding[0]` on, and columns alike.
 */
export interface LayerWindow {
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  /** Rows above and columns to the left that are made up. */
  readonly padding: readonly [top: number, left: number];
  /** Only cells of the same channel are read, as in pooling. */
  readonly perChannel: boolean;
}

export interface LayerSummary {
  readonly name: string;
  /** The class name as Keras prints it: `Conv2D`. */
  readonly type: string;
  /** Without the batch dimension. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** For one image, a multiplication and an addition counted as two; `null` where nobody can tell. */
  readonly flops: number | null;
  readonly activation: string | null;
  /** The layers that it reads, by their names; `null` where nobody can tell. */
  readonly inputs: readonly string[] | null;
  /** `null` for layers that read all of their input, such as dense ones, and where nobody can tell. */
  readonly window: LayerWindow | null;
}

export interface ModelSummary {
  readonly name: string;
  readonly inputShape: ImageShape;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainableParameters: number;
  /** Of all layers together, for one image on its way forward. */
  readonly flops: number | null;
  /** The table as Keras's `model.summary()` prints it. */
  readonly text: string;
}

/** A layer of a network that is being edited. */
export interface DraftLayer {
  readonly name: string;
  readonly type: string;
  /** Without the batch; `null`, as all that follows, from the first mistake on. */
  readonly outputShape: readonly number[] | null;
  readonly parameters: number | null;
  readonly flops: number | null;
}

export interface ModelMistake {
  /** Index of the layer that causes it or can mend it. */
  readonly layer: number;
  /** Whether the layer does not fit what it is given, or the whole cannot be trained on the data's classes. */
  readonly about: 'layer' | 'output';
  /** A sentence that begins after the layer's name and lacks its point: `a 3x3 window does not fit a 2x2 map`. */
  readonly message: string;
}

/** A network that is being edited, as far as it can be told. */
export interface ModelDraft {
  readonly name: string;
  readonly inputShape: ImageShape;
  readonly classes: number;
  readonly layers: readonly DraftLayer[];
  /** In the order of the layers; a model without any can be trained. */
  readonly mistakes: readonly ModelMistake[];
  /** These count the layers before the first mistake. */
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly flops: number;
}

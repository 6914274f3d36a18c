import * as tf from '@tensorflow/tfjs';
import { MalformedLayer } from './layer-faults';

/** What a layer gave, or why it gave nothing. */
export type Value = Placed | Missing;

export interface Placed {
  readonly kind: 'placed';
  readonly tensor: tf.SymbolicTensor;
  /** Held channels last where the file holds the channels first. */
  readonly turned: boolean;
}

export interface Missing {
  readonly kind: 'missing';
  /** Completes 'the layer x': `needs the output of y`. */
  readonly because: string;
}

/** Turns tensors between the file's order of axes and channels last, each at most once. */
export class Turner {
  readonly #turned = new Map<tf.SymbolicTensor, Placed>();
  readonly #name: (wanted: string) => string;

  /** @param name makes a name for a layer that nothing else has */
  constructor(name: (wanted: string) => string) {
    this.#name = name;
  }

  arrange(placed: Placed, turned: boolean): Placed {
    if (placed.turned === turned) return placed;
    const known = this.#turned.get(placed.tensor);
    if (known !== undefined) return known;
    const rank = placed.tensor.shape.length;
    if (rank < 3) throw new MalformedLayer('it needs maps with channels, but its input is flat');
    const inner = Array.from({ length: rank - 2 }, (_, index) => index + 1);
    const dims = turned ? [...inner.map((axis) => axis + 1), 1] : [rank - 1, ...inner];
    const { sourceLayer } = placed.tensor;
    const name = this.#name(`${sourceLayer.name}/${turned ? 'channels_last' : 'channels_first'}`);
    const tensor = tf.layers.permute({ name, dims }).apply(placed.tensor) as tf.SymbolicTensor;
    const arranged: Placed = { kind: 'placed', tensor, turned };
    this.#turned.set(placed.tensor, arranged);
    this.#turned.set(tensor, placed);
    return arranged;
  }
}

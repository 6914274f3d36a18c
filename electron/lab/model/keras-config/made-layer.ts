import type * as tf from '@tensorflow/tfjs';
import type { Generation, KerasLayer } from './keras-model';

/**
 * How a layer takes and gives tensors that Keras holds channels first. Such tensors are held channels last here
 * ('turned'), because nothing else computes on a CPU; every layer says whether it works on turned tensors.
 */
export interface Layout {
  /**
   * `any`: element by element, or the layer minds which axis is which. `turned`: only turned tensors. `file`: only
   * tensors whose axes are ordered as the file has them.
   */
  readonly takes: 'any' | 'turned' | 'file';
  readonly gives: 'as taken' | 'turned' | 'file';
}

export const elementwise: Layout = { takes: 'any', gives: 'as taken' };
export const inFileOrder: Layout = { takes: 'file', gives: 'file' };

/** A layer of TensorFlow.js that computes what Keras's layer does. */
export interface MadeLayer {
  readonly layer: tf.layers.Layer;
  /** What belongs to it and comes first, such as a padding that the layer itself does not know. */
  readonly before?: readonly tf.layers.Layer[];
  /** What follows on it and belongs to it, such as an activation that the layer itself does not know. */
  readonly after: readonly tf.layers.Layer[];
  readonly layout: Layout;
}

export interface MakingContext {
  /** A name that TensorFlow.js takes and that nothing else has. */
  readonly name: string;
  readonly generation: Generation;
  /** Whether the inputs are held channels last where the file holds them first. */
  readonly turned: boolean;
  /** The first input's, as it is held, with the batch; `null` for unknown sizes. */
  readonly shape: readonly (number | null)[];
}

/** Throws an `UnsupportedLayer`, a `MalformedLayer`, or an error of TensorFlow.js. */
export type Maker = (layer: KerasLayer, context: MakingContext) => MadeLayer;

/** Where an axis of the file lies in a tensor that may be turned, counted from 0 with the batch. */
export function axisHere(axis: number, { shape, turned }: MakingContext): number {
  const rank = shape.length;
  const fromStart = axis < 0 ? axis + rank : axis;
  if (!turned || fromStart === 0) return fromStart;
  return fromStart === 1 ? rank - 1 : fromStart - 1;
}

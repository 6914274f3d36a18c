import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { PatternsRequest } from '#shared/insight';
import type { Target } from './target';

/** What of a filter's map is ascended. */
export type Objective =
  | { readonly kind: 'map' }
  | { readonly kind: 'texture' }
  | { readonly kind: 'cell'; readonly row: number; readonly column: number };

/** The objective that was asked for, of maps of this shape: [images, height, width, channels] or [images, channels]. */
export function objectiveOf(
  { objective, cell }: Pick<PatternsRequest, 'objective' | 'cell'>,
  layer: string,
  mapsShape: readonly number[],
): Objective {
  if (objective !== 'cell') return { kind: objective };
  const [height = 1, width = 1] = mapsShape.length === 4 ? mapsShape.slice(1) : [];
  const { row, column } = cell ?? { row: Math.floor(height / 2), column: Math.floor(width / 2) };
  if (row >= height || column >= width) {
    throw new Refusal(
      `There is no cell ${row}, ${column} in the maps of ${layer}, which are ${height} x ${width}, counted from 0.`,
    );
  }
  return { kind: 'cell', row, column };
}

/** The objective of every filter: [images, channels]. Must be called in a scope. */
export function objectives(objective: Objective, maps: tf.Tensor): tf.Tensor2D {
  const channels = maps.shape.at(-1) as number;
  const cells = maps.reshape([maps.shape[0] as number, -1, channels]) as tf.Tensor3D;
  switch (objective.kind) {
    case 'map':
      return cells.mean(1);
    case 'texture':
      return cells.shape[1] === 1 ? cells.squeeze([1]) : deviation(cells);
    case 'cell': {
      const width = maps.shape.length === 4 ? (maps.shape[2] as number) : 1;
      return cells.slice([0, objective.row * width + objective.column, 0], [-1, 1, -1]).squeeze([1]);
    }
  }
}

/** The standard deviation of each channel's cells. */
function deviation(cells: tf.Tensor3D): tf.Tensor2D {
  const spread = cells.sub<tf.Tensor3D>(cells.mean(1, true));
  const variance: tf.Tensor2D = spread.square().mean(1);
  return variance.add<tf.Tensor2D>(1e-12).sqrt();
}

/** Of image i the objective of filter i, by a row of zeros and a one for each image: [images]. */
export function chosen(all: tf.Tensor2D, selection: tf.Tensor): tf.Tensor1D {
  return all.mul(selection).sum(1);
}

/** One row for each filter, in that order. */
export function selectionOf(channels: readonly number[], of: number): Float32Array {
  const rows = new Float32Array(channels.length * of);
  channels.forEach((channel, index) => (rows[index * of + channel] = 1));
  return rows;
}

/** The maps' shape for one image of this size. Throws a `Refusal` where the layers do not take it. */
export function mapsShapeOf(
  target: Target,
  imageShape: readonly [number, number, number],
): readonly number[] {
  try {
    return target.maps(tf.zeros([1, ...imageShape])).shape;
  } catch (cause) {
    const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new Refusal(
      `The layers up to ${target.layer.name} do not take images of ${imageShape.join(' x ')}: ${said}`,
      { cause },
    );
  }
}

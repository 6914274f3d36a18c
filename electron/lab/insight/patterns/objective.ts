import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { PatternsRequest } from '#shared/insight';
import type { Target } from './target';

/** What of a filter's map is ascended. */
export type Objective =
  | { readonly kind: 'map' }
  | { readonly kind: 'texture' }
  | { readonly kind: 'cell'; readonly row: number; readonly column: number };

/**
 * The objective that was asked for, of maps of this shape: [images, height, width, channels] or [images, channels]. Of
 * maps of one cell it is always `map`: their mean is that cell.
 */
export function objectiveOf(
  { objective, cell }: Pick<PatternsRequest, 'objective' | 'cell'>,
  layer: string,
  mapsShape: readonly number[],
): Objective {
  const [height = 1, width = 1] = mapsShape.length === 4 ? mapsShape.slice(1) : [];
  const { row, column } = cell ?? { row: Math.floor(height / 2), column: Math.floor(width / 2) };
  if (objective === 'cell' && (row >= height || column >= width)) {
    throw new Refusal(
      `There is no cell ${row}, ${column} in the maps of ${layer}, which are ${height} x ${width}, counted from 0.`,
    );
  }
  const cells = mapsShape.slice(1, -1).reduce((product, size) => product * size, 1);
  if (cells === 1) return { kind: 'map' };
  return objective === 'cell' ? { kind: 'cell', row, column } : { kind: objective };
}

/** The objective of every filter: [images, channels]. Must be called in a scope. */
export function objectives(objective: Objective, maps: tf.Tensor): tf.Tensor2D {
  const channels = maps.shape.at(-1) as number;
  const cells = maps.reshape([maps.shape[0] as number, -1, channels]) as tf.Tensor3D;
  switch (objective.kind) {
    case 'map':
      return cells.mean(1);
    case 'texture':
      return above(cells);
    case 'cell': {
      const width = maps.shape.length === 4 ? (maps.shape[2] as number) : 1;
      return cells.slice([0, objective.row * width + objective.column, 0], [-1, 1, -1]).squeeze([1]);
    }
  }
}

/**
 * How far each channel's cells stand above their mean: the root mean square of those that do. The standard deviation
 * would count cells below it as well, and a filter and its negative would look for the same.
 */
function above(cells: tf.Tensor3D): tf.Tensor2D {
  const excess = cells.sub<tf.Tensor3D>(cells.mean(1, true)).relu();
  const meanSquare: tf.Tensor2D = excess.square().mean(1);
  return meanSquare.add<tf.Tensor2D>(1e-12).sqrt();
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

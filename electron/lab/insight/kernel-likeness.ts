import * as tf from '@tensorflow/tfjs';
import { scoped } from '../engine/scope';
import type { KernelWeights } from './kernel-weights';

/** Multiplications that comparing every filter with every other may take. */
const mostProducts = 1e10;

/** How much filters are alike: the cosine of each with each other, row by row; 0 beside one without weights. */
export interface Likeness {
  readonly filters: number;
  readonly cosines: Float32Array;
}

/** `null` where there are too many weights to compare. */
export function likenessOf({ values, filters }: KernelWeights, norms: Float32Array): Likeness | null {
  if (filters * values.length > mostProducts) return null;
  const cosines = scoped(() => {
    const rows = tf.tensor2d(values, [filters, values.length / filters]);
    const lengths = tf.tensor2d(norms, [filters, 1]);
    const units = tf.divNoNan(rows, lengths);
    return units.matMul(units, false, true).dataSync<'float32'>();
  });
  return { filters, cosines };
}

export function nearestTo(
  { filters, cosines }: Likeness,
  filter: number,
): { readonly channel: number; readonly cosine: number } | null {
  let nearest: { channel: number; cosine: number } | null = null;
  for (let channel = 0; channel < filters; channel++) {
    const cosine = cosines[filter * filters + channel] as number;
    if (channel !== filter && (nearest === null || cosine > nearest.cosine)) nearest = { channel, cosine };
  }
  return nearest;
}

/** A path through all filters that goes on to the one most like the last, from the one with the largest norm. */
export function orderByLikeness({ filters, cosines }: Likeness, norms: Float32Array): readonly number[] {
  const left = new Set([...norms.keys()].sort((a, b) => (norms[b] as number) - (norms[a] as number)));
  const order: number[] = [];
  while (left.size > 0) {
    const last = order.at(-1);
    let next = left.values().next().value as number;
    if (last !== undefined) {
      for (const candidate of left) {
        const row = last * filters;
        if ((cosines[row + candidate] as number) > (cosines[row + next] as number)) next = candidate;
      }
    }
    left.delete(next);
    order.push(next);
  }
  return order;
}

/** The boxes that layers are drawn as. */
import type { Block } from './blocks';

export const boxWidth = 232;
/** A box's first layer is told in two lines, those that follow on it in one. */
const headHeight = 40;
const rowHeight = 20;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBlock extends Block {
  /** Of its upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export function blockHeight({ nodes }: Block): number {
  return headHeight + (nodes.length - 1) * rowHeight;
}

/** Where a layer's row begins within its box, and how high it is. */
export function rowOf(index: number): { readonly y: number; readonly height: number } {
  return index === 0
    ? { y: 0, height: headHeight }
    : { y: headHeight + (index - 1) * rowHeight, height: rowHeight };
}

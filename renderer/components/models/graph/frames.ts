/** Frames around the layers of nested models. */
import { boxWidth, type PlacedBlock } from './boxes';
import type { Network } from './network';

export interface Frame {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const margin = 6;

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The outer ones first. */
export function framesOf(blocks: readonly PlacedBlock[], { nested }: Network): readonly Frame[] {
  const bounds = new Map<string, Bounds>();
  for (const { x, y, height, nodes } of blocks) {
    const box = { left: x, top: y, right: x + boxWidth, bottom: y + height };
    grow(nodes[0]?.within ?? null, box);
  }

  /** Every model around a box holds it, the outer ones with room for the frames within. */
  function grow(model: string | null, box: Readonly<Bounds>): void {
    if (model === null) return;
    const room = {
      left: box.left - margin,
      top: box.top - margin,
      right: box.right + margin,
      bottom: box.bottom + margin,
    };
    const known = bounds.get(model);
    if (known === undefined) bounds.set(model, { ...room });
    else {
      known.left = Math.min(known.left, room.left);
      known.top = Math.min(known.top, room.top);
      known.right = Math.max(known.right, room.right);
      known.bottom = Math.max(known.bottom, room.bottom);
    }
    grow(nested.get(model)?.within ?? null, room);
  }

  return [...nested.keys()].flatMap((name) => {
    const found = bounds.get(name);
    if (found === undefined) return [];
    const { left, top, right, bottom } = found;
    return [{ name, x: left, y: top, width: right - left, height: bottom - top }];
  });
}

/** Where an arrow key leads from a layer. */
import { boxWidth, rowOf, type Point } from './boxes';
import type { Layout } from './layout';
import type { Network } from './network';

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The middle of every layer's row. */
export function middlesOf({ blocks }: Layout): ReadonlyMap<string, Point> {
  return new Map(
    blocks.flatMap(({ x, y, nodes }) =>
      nodes.map((node, index) => {
        const row = rowOf(index);
        return [node.name, { x: x + boxWidth / 2, y: y + row.y + row.height / 2 }] as const;
      }),
    ),
  );
}

/**
 * Down leads to what reads the layer, up to what it reads, the straightest way first; left and right lead to layers
 * beside it, which read or are read by the same. `null` where there is nothing.
 */
export function step(
  from: string,
  direction: Direction,
  { nodes }: Network,
  middles: ReadonlyMap<string, Point>,
): string | null {
  const node = nodes.get(from);
  const here = middles.get(from);
  if (node === undefined || here === undefined) return null;
  const reads = node.reads ?? [];
  switch (direction) {
    case 'down':
      return nearest(node.readers, () => true);
    case 'up':
      return nearest(reads, () => true);
    case 'left':
      return nearest(beside(), ({ x }) => x < here.x);
    case 'right':
      return nearest(beside(), ({ x }) => x > here.x);
  }

  function beside(): readonly string[] {
    const siblings = reads.flatMap((name) => nodes.get(name)?.readers ?? []);
    const partners = (node?.readers ?? []).flatMap((name) => nodes.get(name)?.reads ?? []);
    return [...siblings, ...partners];
  }

  function nearest(names: readonly string[], fits: (middle: Point) => boolean): string | null {
    let [found, least]: [string | null, number] = [null, Infinity];
    for (const name of names) {
      const middle = middles.get(name);
      if (name === from || middle === undefined || here === undefined || !fits(middle)) continue;
      const distance = Math.abs(middle.x - here.x) + Math.abs(middle.y - here.y) / 1000;
      if (distance < least) [found, least] = [name, distance];
    }
    return found;
  }
}

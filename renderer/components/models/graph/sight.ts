/** Of large networks only what is in sight is drawn layer by layer. */
import { boxWidth, type PlacedBlock } from './boxes';
import type { Camera } from './camera';
import type { Layout, PlacedEdge } from './layout';
import { edgePath } from './texts';

/** Networks with more layers than this are drawn in parts. */
export const mostDrawnWhole = 800;
/** Text at a smaller scale is not read. */
export const farScale = 0.3;

/** `far`: too small for text, so outlines do. */
export type Sight = 'all' | 'far' | { readonly top: number; readonly bottom: number };

/** What is drawn after the camera has moved; the same as now as long as that covers what is seen. */
export function sightAfter(now: Sight, layers: number, { y, scale }: Camera, height: number): Sight {
  if (layers <= mostDrawnWhole) return 'all';
  if (scale < farScale) return 'far';
  const [top, bottom] = [-y / scale, (height - y) / scale];
  if (typeof now === 'object' && now.top <= top && bottom <= now.bottom) return now;
  // Networks are tall: a window's height more on both sides.
  return { top: top - (bottom - top), bottom: bottom + (bottom - top) };
}

/** @param kept the box that is looked at, which is drawn wherever it is */
export function blocksIn({ blocks }: Layout, sight: Sight, kept: string | undefined): readonly PlacedBlock[] {
  if (sight === 'all') return blocks;
  return blocks.filter(
    ({ name, y, height }) => name === kept || (sight !== 'far' && y < sight.bottom && y + height > sight.top),
  );
}

export function edgesIn({ edges }: Layout, sight: Sight): readonly PlacedEdge[] {
  if (sight === 'all') return edges;
  if (sight === 'far') return [];
  return edges.filter(({ points }) => {
    const all = points.map(({ y }) => y);
    return Math.min(...all) < sight.bottom && Math.max(...all) > sight.top;
  });
}

/** All boxes and edges as two paths, for those who see them from afar. */
export function outlinesOf({ blocks, edges }: Layout): { readonly boxes: string; readonly edges: string } {
  return {
    boxes: blocks
      .map(({ x, y, height }) => `M${x.toFixed(1)},${y.toFixed(1)}h${boxWidth}v${height}h${-boxWidth}z`)
      .join(''),
    edges: edges.map(({ points }) => edgePath(points)).join(''),
  };
}

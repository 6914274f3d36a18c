/** How the channels of a layer lie side by side. Pure arithmetic in device pixels. */
import type { ImageShape } from '#shared/images';

export interface GridLayout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels a cell; a whole number, so that all cells are equally large. */
  readonly scale: number;
  /** Every `step`-th cell is drawn, more than 1 only where the maps are too large to draw them all. */
  readonly step: number;
  /** Pixels between maps. */
  readonly gap: number;
  /** Size of one map and of the whole, in pixels. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly width: number;
  readonly height: number;
}

export interface GridCell {
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

const mostPixels = 1_500_000;
const mostColumns = 8;
/** A map narrower than this is drawn larger, in fewer columns. */
const leastTile = 40;
const mostColumnsOfUnits = 32;

/** Lays out a layer in `available` pixels of width, with maps as large as they can be in a handful of columns. */
export function gridLayout([height, width, channels]: ImageShape, available: number): GridLayout {
  const isVector = height === 1 && width === 1;
  const gap = isVector && channels > 64 ? 1 : 2;
  const wanted = Math.min(Math.ceil(Math.sqrt(channels)), isVector ? mostColumnsOfUnits : mostColumns);
  const largest = Math.max(Math.sqrt(mostPixels / channels), 4);
  const step = Math.max(1, Math.ceil(Math.max(width / available, Math.max(width, height) / largest)));
  const cellsX = Math.ceil(width / step);
  const cellsY = Math.ceil(height / step);
  const scale = scaleFor(cellsX, wanted, available, gap);
  const tileWidth = cellsX * scale;
  const tileHeight = cellsY * scale;
  const columns = Math.min(channels, Math.max(1, Math.floor((available + gap) / (tileWidth + gap))));
  const rows = Math.ceil(channels / columns);
  return {
    columns,
    rows,
    scale,
    step,
    gap,
    tileWidth,
    tileHeight,
    width: columns * (tileWidth + gap) - gap,
    height: rows * (tileHeight + gap) - gap,
  };
}

/** The scale at which `wanted` maps fit side by side, or more where maps would be too small to make anything out. */
function scaleFor(cells: number, wanted: number, available: number, gap: number): number {
  const fitting = Math.max(1, Math.floor(((available + gap) / wanted - gap) / cells));
  const legible = Math.ceil(leastTile / cells);
  const four = Math.max(1, Math.floor(((available + gap) / 4 - gap) / cells));
  return wanted <= 4 || cells === 1 ? fitting : Math.max(fitting, Math.min(legible, four));
}

/** The cell at a pixel, or `null` between maps and outside. */
export function cellAt(layout: GridLayout, shape: ImageShape, left: number, top: number): GridCell | null {
  if (left < 0 || top < 0) return null;
  const column = Math.floor(left / (layout.tileWidth + layout.gap));
  const row = Math.floor(top / (layout.tileHeight + layout.gap));
  const inTileX = left - column * (layout.tileWidth + layout.gap);
  const inTileY = top - row * (layout.tileHeight + layout.gap);
  const channel = row * layout.columns + column;
  if (column >= layout.columns || channel >= shape[2]) return null;
  if (inTileX >= layout.tileWidth || inTileY >= layout.tileHeight) return null;
  const x = Math.floor(inTileX / layout.scale) * layout.step;
  const y = Math.floor(inTileY / layout.scale) * layout.step;
  return { channel, y, x };
}

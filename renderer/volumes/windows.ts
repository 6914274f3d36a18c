/**
 * Which cells a cell is computed from. A layer's window says so for the layers that it reads; where such a layer does
 * not stand on the stage, its own window leads on to one that does.
 */
import type { ImageShape } from '#shared/images';
import type { LayerWindow } from '#shared/summary';
import { passesOn } from './main-layers';
import type { StageLayer } from './stage-options';

/** A layer on the stage, and the window through which another one reads it. */
export interface Source {
  /** Its place among the layers on the stage. */
  readonly index: number;
  readonly window: LayerWindow;
}

/** A part of a feature map, ends excluded. */
export interface Cells {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const itself: LayerWindow = { size: [1, 1], strides: [1, 1], padding: [0, 0], perChannel: true };
/** Of sums of many branches only so many are followed. */
const mostSources = 4;

/** For every layer on the stage, the layers there that it reads through known windows. */
export function sourcesOf(
  layers: readonly StageLayer[],
  drawn: readonly number[],
): readonly (readonly Source[])[] {
  const numbers = new Map(layers.map(({ name }, i) => [name, i]));
  const places = new Map(drawn.map((layer, index) => [layer, index]));
  return drawn.map((layer) => {
    const found: Source[] = [];
    /** Looks for sources of `from`, which the layer reads through `window`; every step leads to an earlier layer. */
    const follow = (from: number, window: LayerWindow): void => {
      for (const input of inputsOf(layers, from, numbers)) {
        const index = places.get(input);
        if (found.length >= mostSources) return;
        if (index !== undefined) found.push({ index, window });
        else {
          const own = windowOf(layers, input, numbers);
          if (own !== null) follow(input, through(window, own));
        }
      }
    };
    const own = windowOf(layers, layer, numbers);
    if (own !== null) follow(layer, own);
    return found;
  });
}

/** Writes the cells of a map of this shape that cell (y, x) is computed from; false where it is padding alone. */
export function cellsUnder(
  { size, strides, padding }: LayerWindow,
  [height, width]: ImageShape,
  y: number,
  x: number,
  into: Cells,
): boolean {
  const top = y * strides[0] - padding[0];
  const left = x * strides[1] - padding[1];
  into.top = Math.max(0, top);
  into.left = Math.max(0, left);
  into.bottom = Math.min(height, top + size[0]);
  into.right = Math.min(width, left + size[1]);
  return into.bottom > into.top && into.right > into.left;
}

/** One window seen through another: what `outer` covers of cells that each cover `inner`. */
export function through(outer: LayerWindow, inner: LayerWindow): LayerWindow {
  const along = (axis: 0 | 1) => ({
    size: (outer.size[axis] - 1) * inner.strides[axis] + inner.size[axis],
    stride: outer.strides[axis] * inner.strides[axis],
    padding: outer.padding[axis] * inner.strides[axis] + inner.padding[axis],
  });
  const [down, across] = [along(0), along(1)];
  return {
    size: [down.size, across.size],
    strides: [down.stride, across.stride],
    padding: [down.padding, across.padding],
    perChannel: outer.perChannel && inner.perChannel,
  };
}

/** The layers that a layer reads; where nobody says, the one before it. Only earlier ones, so that no chain ends in itself. */
function inputsOf(
  layers: readonly StageLayer[],
  layer: number,
  numbers: ReadonlyMap<string, number>,
): readonly number[] {
  const { inputs } = layers[layer] as StageLayer;
  if (inputs === null) return layer > 0 ? [layer - 1] : [];
  const found = inputs.flatMap((name) => numbers.get(name) ?? 0);
  return found.filter((input) => input < layer);
}

/** A layer that passes on maps of the same size reads each cell where it stands, unless it says otherwise. */
function windowOf(
  layers: readonly StageLayer[],
  layer: number,
  numbers: ReadonlyMap<string, number>,
): LayerWindow | null {
  const { window, shape } = layers[layer] as StageLayer;
  if (window !== null || !passesOn(layers[layer] as StageLayer)) return window;
  const same = inputsOf(layers, layer, numbers).every((input) => {
    const other = (layers[input] as StageLayer).shape;
    return other[0] === shape[0] && other[1] === shape[1] && other[2] === shape[2];
  });
  return same ? itself : null;
}

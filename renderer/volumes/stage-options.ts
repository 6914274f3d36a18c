import type { LayerWindow } from '#shared/summary';
import type { ImageShape } from '#shared/images';
import type { Theme } from '#shared/colour-maps';

/** A layer as the stage draws and labels it. The input image is the first one. */
export interface StageLayer {
  readonly name: string;
  /** Its kind as Keras names it: `Conv2D`. */
  readonly title: string;
  /** Dense layers are 1 x 1 x units. */
  readonly shape: ImageShape;
  readonly parameters: number;
  /** What else its label says, such as `relu`. */
  readonly note: string | null;
  /** The layers that it reads, by name; `null` for the one before it. */
  readonly inputs: readonly string[] | null;
  /** The cells of those that one of its cells is computed from, where that is known. */
  readonly window: LayerWindow | null;
}

/** What of a network stands on the stage. */
export interface StageExtent {
  /** Layers, the input counted. */
  readonly layers: number;
  /** Of them the main ones: fewer where a long network has layers that only pass values on. */
  readonly mainLayers: number;
  /** Whether sizes are drawn by square roots. */
  readonly compressed: boolean;
}

/** The cell under the pointer. */
export interface StageHit {
  readonly layer: string;
  readonly y: number;
  readonly x: number;
  readonly channel: number;
  readonly value: number;
  /** Where the pointer is, in CSS pixels of the page. */
  readonly clientX: number;
  readonly clientY: number;
}

export interface StageOptions {
  readonly canvas: HTMLCanvasElement;
  /** An element that covers the canvas exactly; labels and legends are put into it. */
  readonly labels: HTMLElement;
  readonly theme: Theme;
  readonly reducedMotion: boolean;
  /** Called when the cell under the pointer, its value or the pointer changes, with `null` when it leaves. */
  onHover(hit: StageHit | null): void;
  /** Called when the person chooses a layer by click or key, with `null` for the background. */
  onSelect(layer: string | null): void;
}

import type { Frame } from '#shared/frames';
import type { Theme } from './colour-maps';

export interface GridHit {
  readonly channel: number;
  readonly y: number;
  readonly x: number;
  readonly value: number;
}

/** A layer's channels side by side on a 2D canvas. */
export class FeatureMapGrid {
  constructor(_canvas: HTMLCanvasElement) {}
  draw(_frame: Frame, _layerName: string, _theme: Theme, _width: number): void {}
  hit(_offsetX: number, _offsetY: number): GridHit | null {
    return null;
  }
  highlight(_channel: number | null): void {}
}

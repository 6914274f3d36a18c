import { frameValue, type Frame, type FrameLayer } from '#shared/frames';
import { colourMapBytes, colourMapOf, type Theme } from '#shared/colour-maps';
import { cellAt, gridLayout, type GridCell, type GridLayout } from './grid-layout';

export interface GridHit extends GridCell {
  readonly value: number;
}

interface Drawn {
  readonly frame: Frame;
  readonly layer: FrameLayer;
  readonly layout: GridLayout;
  readonly image: ImageData;
  readonly theme: Theme;
}

/** As `--caution` in the window's tokens. */
const markColours: Record<Theme, string> = { dark: '#e3b341', light: '#8a5a00' };
/** CSS pixels. */
const markSide = 7;

/** A layer's channels side by side on a 2D canvas, every cell a whole number of pixels large. */
export class FeatureMapGrid {
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private drawn: Drawn | null = null;
  private highlighted: number | null = null;
  private marked: readonly number[] = [];

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('The canvas of a feature map grid is in use for something else.');
    this.canvas = canvas;
    this.context = context;
  }

  /**
   * Draws a layer in at most `width` CSS pixels and sets the canvas's size to what it takes. Throws when the frame
   * has no such layer.
   */
  draw(frame: Frame, layerName: string, theme: Theme, width: number): void {
    const layer = frame.layers.find(({ name }) => name === layerName);
    if (layer === undefined) throw new Error(`The frame of step ${frame.step} has no layer ${layerName}.`);
    const density = window.devicePixelRatio;
    const layout = gridLayout(layer.shape, Math.max(1, Math.floor(width * density)));
    const last = this.drawn?.image;
    const fits = last?.width === layout.width && last.height === layout.height;
    if (!fits) {
      this.canvas.width = layout.width;
      this.canvas.height = layout.height;
      this.canvas.style.width = `${layout.width / density}px`;
      this.canvas.style.height = `${layout.height / density}px`;
    }
    const image = fits ? last : this.context.createImageData(layout.width, layout.height);
    // Another layout of the same size has its gaps elsewhere.
    if (fits && this.drawn?.layer.name !== layerName) image.data.fill(0);
    paint(image, frame, layer, layout, theme);
    this.drawn = { frame, layer, layout, image, theme };
    this.show();
  }

  /** The cell at a place of the canvas in CSS pixels, as in `event.offsetX` and `offsetY`. */
  hit(offsetX: number, offsetY: number): GridHit | null {
    if (this.drawn === null) return null;
    const { frame, layer, layout } = this.drawn;
    const density = this.canvas.width / Math.max(1, parseFloat(this.canvas.style.width));
    const cell = cellAt(layout, layer.shape, offsetX * density, offsetY * density);
    return cell && { ...cell, value: frameValue(frame, layer, cell.y, cell.x, cell.channel) };
  }

  /** Outlines a channel, or none. */
  highlight(channel: number | null): void {
    if (channel === this.highlighted) return;
    this.highlighted = channel;
    this.show();
  }

  /** Marks channels with a corner, such as those of dead filters. */
  mark(channels: readonly number[]): void {
    this.marked = channels;
    this.show();
  }

  private show(): void {
    if (this.drawn === null) return;
    const { image, layer, theme } = this.drawn;
    this.context.putImageData(image, 0, 0);
    this.context.fillStyle = markColours[theme];
    for (const channel of this.marked) if (channel < layer.shape[2]) this.corner(this.drawn, channel);
    if (this.highlighted === null || this.highlighted >= layer.shape[2]) return;
    const { layout } = this.drawn;
    const [left, top] = tileAt(layout, this.highlighted);
    this.context.lineWidth = 2;
    this.context.strokeStyle = theme === 'dark' ? '#ffffff' : '#000000';
    this.context.strokeRect(left + 0.5, top + 0.5, layout.tileWidth - 1, layout.tileHeight - 1);
  }

  /** A triangle in the upper right corner of a channel's map. */
  private corner({ layout }: Drawn, channel: number): void {
    const [left, top] = tileAt(layout, channel);
    const right = left + layout.tileWidth;
    const side = Math.min(layout.tileWidth, layout.tileHeight, markSide * window.devicePixelRatio);
    this.context.beginPath();
    this.context.moveTo(right - side, top);
    this.context.lineTo(right, top);
    this.context.lineTo(right, top + side);
    this.context.fill();
  }
}

function tileAt({ columns, tileWidth, tileHeight, gap }: GridLayout, channel: number): [number, number] {
  return [(channel % columns) * (tileWidth + gap), Math.floor(channel / columns) * (tileHeight + gap)];
}

function paint(image: ImageData, frame: Frame, layer: FrameLayer, layout: GridLayout, theme: Theme): void {
  const [, width, channels] = layer.shape;
  const { scale, step, columns, gap, tileWidth, tileHeight } = layout;
  const map = new Uint32Array(colourMapBytes(colourMapOf(layer), theme).buffer);
  const pixels = new Uint32Array(image.data.buffer);
  for (let channel = 0; channel < channels; channel++) {
    const left = (channel % columns) * (tileWidth + gap);
    const top = Math.floor(channel / columns) * (tileHeight + gap);
    for (let row = 0; row * scale < tileHeight; row++) {
      const first = (top + row * scale) * image.width + left;
      const source = layer.start + row * step * width * channels + channel;
      for (let column = 0; column * scale < tileWidth; column++) {
        const code = frame.codes[source + column * step * channels] as number;
        pixels.fill(map[code] as number, first + column * scale, first + (column + 1) * scale);
      }
      for (let copy = 1; copy < scale; copy++) {
        pixels.copyWithin(first + copy * image.width, first, first + tileWidth);
      }
    }
  }
}

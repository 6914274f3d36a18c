/** Names, shapes and legends over the canvas, as elements, so that they are crisp and can be read aloud. */
import { Vector3, type Camera } from 'three';
import { colourMapGradient, type ColourMapKind, type Theme } from '#shared/colour-maps';
import type { Room } from './arrangement';
import type { Margins } from './camera';
import { ClassRows, type Bars } from './class-rows';
import { placeLabels, type Boxes } from './label-placement';
import type { Placement } from '#shared/stage-layout';
import { boxCorners } from './lines';
import type { StageLayer } from './stage-options';
import './stage.css';

const legendHeight = 14;
const legendWidths: Record<ColourMapKind, number> = { sequential: 76, diverging: 112 };
const distance = 7;
const lineHeight = 14;
/** More layers are labelled with kind and shape alone, and legends stand only where there is room. */
const mostFullLabels = 12;
/** A layer and what its label says beside kind, shape and parameters. */
export interface LabelledLayer extends StageLayer {
  readonly detail: readonly string[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface LayerElements {
  readonly label: HTMLElement;
  readonly legend: HTMLElement;
  readonly bar: HTMLElement;
  readonly low: HTMLElement;
  readonly high: HTMLElement;
  /** For bars. */
  readonly rows: ClassRows | null;
  legendText: string;
  legendKind: ColourMapKind;
}

/** Labels of one network. */
export class Labels {
  private readonly root: HTMLElement;
  private readonly elements: readonly LayerElements[];
  private readonly corners: Float32Array;
  /** Labels, then legends. */
  private readonly boxes: Boxes;
  private readonly shown: Uint8Array;
  /** Where the labels above wanted to be; a leader joins a raised one to its layer. */
  private readonly wanted: Float32Array;
  /** Who is placed first: what is pointed at, what is selected, then one after another. */
  private readonly order: Uint16Array;
  private readonly legendOrder: Uint16Array;
  private readonly compact: boolean;
  private readonly lines: number;
  private readonly projected = new Vector3();
  private readonly quad = new Float32Array(8);
  private theme: Theme = 'dark';
  private measured = false;
  private rows = 1;
  private selected = -1;
  private pointed = -1;

  constructor(container: HTMLElement, layers: readonly LabelledLayer[], placements: readonly Placement[]) {
    this.root = element('div', 'stage-labels');
    this.elements = layers.map((layer, i) => this.makeElements(layer, placements[i] as Placement));
    const count = layers.length;
    this.compact = count > mostFullLabels;
    this.lines = (this.compact ? 2 : 3) + Math.max(0, ...layers.map(({ detail }) => detail.length));
    this.root.classList.toggle('compact', this.compact);
    container.append(this.root);
    this.corners = new Float32Array(count * 24);
    this.boxes = new Float32Array(count * 8);
    this.shown = new Uint8Array(count * 2);
    this.wanted = new Float32Array(count);
    this.order = Uint16Array.from({ length: count }, (_, i) => i);
    this.legendOrder = this.order.map((i) => count + i);
  }

  /** What is left for the layers, and what labels need between them. */
  room(view: Size): Room {
    const { top, bottom, left, right } = this.margins(view);
    return {
      width: Math.max(1, view.width - left - right),
      height: Math.max(1, view.height - top - bottom),
      betweenRows: this.lines * lineHeight + legendHeight + 3 * distance,
      betweenLayers: this.compact ? 46 : 66,
    };
  }

  /** Room for labels above the first row, legends below the last, and the classes' names to the right. */
  margins(view: Size): Margins {
    const right = Math.max(16, ...this.elements.map(({ rows }) => rows?.width ?? 0)) + 12;
    return {
      top: this.lines * lineHeight + 3 * distance,
      bottom: legendHeight + 2 * distance + 6,
      left: 28,
      right: Math.min(right, view.width / 3),
    };
  }

  /** Layers stand here now, in so many rows. */
  stand(placements: readonly Placement[], rows: number): void {
    this.rows = rows;
    placements.forEach((placement, i) => {
      boxCorners(placement, this.corners, i * 24);
    });
  }

  /** Corners of every layer's box: eight points a layer, x, y, z after each other. */
  get points(): Float32Array {
    return this.corners;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.root.dataset['theme'] = theme;
    for (const { bar, legendKind } of this.elements) {
      bar.style.backgroundImage = colourMapGradient(legendKind, theme);
    }
  }

  select(index: number): void {
    this.selected = index;
    this.elements.forEach(({ label }, i) => label.classList.toggle('selected', i === index));
    this.sortOrder();
  }

  /** The label of what is pointed at is shown whatever gives way to it. Says whether that changed. */
  point(index: number): boolean {
    if (index === this.pointed) return false;
    this.pointed = index;
    this.sortOrder();
    return true;
  }

  private sortOrder(): void {
    const { order, pointed, selected } = this;
    let next = 0;
    if (pointed >= 0) order[next++] = pointed;
    if (selected >= 0 && selected !== pointed) order[next++] = selected;
    for (let i = 0; next < order.length; i++) if (i !== pointed && i !== selected) order[next++] = i;
    for (let i = 0; i < order.length; i++) this.legendOrder[i] = order.length + (order[i] as number);
  }

  /** What the ends of a layer's colour scale mean. */
  setLegend(index: number, kind: ColourMapKind, low: number, high: number): void {
    const elements = this.elements[index];
    if (elements === undefined) return;
    const text = `${kind} ${shortNumber(low)} ${shortNumber(high)}`;
    if (text === elements.legendText) return;
    elements.legendText = text;
    elements.low.textContent = shortNumber(low);
    elements.high.textContent = shortNumber(high);
    elements.legendKind = kind;
    elements.legend.style.width = `${legendWidths[kind]}px`;
    elements.bar.style.backgroundImage = colourMapGradient(kind, this.theme);
  }

  setClassNames(names: readonly string[]): void {
    for (const { rows } of this.elements) rows?.setNames(names);
  }

  /** The classes that bars stand for now, and their values. */
  setBars(index: number, bars: Bars): void {
    this.elements[index]?.rows?.setBars(bars);
  }

  /** Moves everything to where the camera sees it. */
  place(camera: Camera, view: { readonly width: number; readonly height: number }): void {
    if (!this.measured) this.measure();
    const count = this.elements.length;
    for (let i = 0; i < count; i++) this.want(i, camera, view);
    for (let i = 0; i < count; i++) this.wanted[i] = this.boxes[i * 4 + 1] as number;
    // Between rows there is room for a label of one line more, and none for legends that give way.
    const isAlone = this.rows === 1;
    this.shown.fill(0);
    placeLabels(this.boxes, this.order, -1, isAlone ? 130 : 34, view, this.shown);
    placeLabels(this.boxes, this.legendOrder, 1, isAlone && !this.compact ? 60 : 0, view, this.shown);
    for (let i = 0; i < count; i++) {
      const { label, legend, rows } = this.elements[i] as LayerElements;
      const raise = (this.wanted[i] as number) - (this.boxes[i * 4 + 1] as number);
      if (move(label, this.boxes, i, this.shown))
        label.style.setProperty('--raise', `${Math.round(raise)}px`);
      move(legend, this.boxes, count + i, this.shown);
      if (rows !== null) rows.place(this.quad, this.projectQuad(i, camera, view));
    }
  }

  private measure(): void {
    this.elements.forEach(({ label }, i) => {
      this.boxes[i * 4 + 2] = label.offsetWidth;
      this.boxes[i * 4 + 3] = label.offsetHeight;
    });
    this.measured = true;
  }

  /** Writes where a label and a legend would like to be: centred above and below the layer's picture. */
  private want(
    index: number,
    camera: Camera,
    view: { readonly width: number; readonly height: number },
  ): void {
    let left = Infinity;
    let right = -Infinity;
    let top = Infinity;
    let behind = false;
    for (let corner = 0; corner < 8; corner++) {
      this.project(index * 24 + corner * 3, camera, view);
      const { x, y, z } = this.projected;
      behind ||= z > 1 || z < -1;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
    }
    const { boxes } = this;
    const above = index * 4;
    const below = (this.elements.length + index) * 4;
    const { legendKind, rows } = this.elements[index] as LayerElements;
    const legendWidth = legendWidths[legendKind];
    const middle = behind ? -1e5 : (left + right) / 2;
    boxes[above] = middle - (boxes[above + 2] as number) / 2;
    boxes[above + 1] = Math.max(2, top - (boxes[above + 3] as number) - distance);
    // Under the middle of the front face's lower edge: corners 4 and 5.
    this.project(index * 24 + 12, camera, view);
    const { x: frontLeft, y: lower } = this.projected;
    this.project(index * 24 + 15, camera, view);
    boxes[below] = behind ? -1e5 : (frontLeft + this.projected.x - legendWidth) / 2;
    boxes[below + 1] = Math.max(lower, this.projected.y) + distance;
    boxes[below + 2] = rows === null ? legendWidth : 0;
    boxes[below + 3] = legendHeight;
  }

  private project(
    at: number,
    camera: Camera,
    view: { readonly width: number; readonly height: number },
  ): void {
    this.projected.fromArray(this.corners, at).project(camera);
    this.projected.x = ((this.projected.x + 1) / 2) * view.width;
    this.projected.y = ((1 - this.projected.y) / 2) * view.height;
  }

  /** Writes the corners of a panel's front into `quad`; says whether they all lie before the viewer. */
  private projectQuad(
    index: number,
    camera: Camera,
    view: { readonly width: number; readonly height: number },
  ): boolean {
    let ahead = true;
    for (let corner = 0; corner < 4; corner++) {
      // Corners of a box: 2 top left, 0 bottom left, 3 top right, 1 bottom right.
      this.project(index * 24 + corner * 3, camera, view);
      this.quad[corner * 2] = this.projected.x;
      this.quad[corner * 2 + 1] = this.projected.y;
      ahead &&= this.projected.z < 1;
    }
    return ahead;
  }

  private makeElements(layer: LabelledLayer, placement: Placement): LayerElements {
    const label = element('div', 'stage-label');
    const title = element('div', 'stage-title', layer.title);
    if (layer.note !== null) title.append(' ', element('span', 'stage-note', layer.note));
    const bars = placement.kind === 'bars' ? placement.grid[1] : 0;
    const best = bars > 0 && bars < layer.shape[2] ? `best ${bars} of ` : '';
    label.append(title, element('div', 'stage-shape', best + shapeText(layer)));
    if (layer.parameters > 0) {
      label.append(element('div', 'stage-parameters', `${layer.parameters.toLocaleString('en')} params`));
    }
    for (const line of layer.detail) label.append(element('div', 'stage-detail', line));
    const legend = element('div', 'stage-legend');
    const low = element('span', 'stage-low');
    const bar = element('span', 'stage-bar');
    const high = element('span', 'stage-high');
    legend.append(low, bar, high);
    this.root.append(label, legend);
    const rows = bars === 0 ? null : new ClassRows(this.root, bars);
    return { label, legend, bar, low, high, rows, legendText: '', legendKind: 'sequential' };
  }

  dispose(): void {
    this.root.remove();
  }
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function move(target: HTMLElement, boxes: Boxes, index: number, shown: Uint8Array): boolean {
  const hidden = shown[index] === 0;
  if (target.hidden !== hidden) target.hidden = hidden;
  if (hidden) return false;
  const left = Math.round(boxes[index * 4] as number);
  const top = Math.round(boxes[index * 4 + 1] as number);
  target.style.transform = `translate(${left}px, ${top}px)`;
  return true;
}

function shapeText({ shape: [height, width, channels] }: StageLayer): string {
  return height === 1 && width === 1
    ? channels.toLocaleString('en')
    : `${height}×${width}×${channels.toLocaleString('en')}`;
}

/** Three figures, as short as they go. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 1e4 || size < 1e-3
      ? value.toExponential(1)
      : String(Number(value.toPrecision(size >= 1 ? 3 : 2)));
  return text.replace('-', '−').replace('e+', 'e');
}
